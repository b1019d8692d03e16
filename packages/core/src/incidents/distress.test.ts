import { expect, test } from 'vitest';
import type { AlarmEvent } from './alarm-event.ts';
import { distressMessage } from './distress.ts';

const event: AlarmEvent = {
  ...{ alarm: 'Tidemark-prod-escalation', state: 'ALARM', previous: 'OK' },
  ...{ transitionMs: Date.parse('2026-11-20T03:07:00Z'), reason: 'Threshold Crossed:\n1 datapoint [3.0].' },
};
const context = {
  ...{ stack: 'Tidemark-prod', stage: 'prod' },
  runbook: 'https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws/runbook#alarm-escalation-fails',
};

test('says what fails, since when, where to look and what to do', () => {
  const { subject, text, sms, json } = distressMessage(event, context);
  expect(subject).toBe('ESCALATION FAILS: alarms may be on of which nobody is told (prod)');
  expect(text.split('\n')).toEqual([
    subject,
    '',
    'Alarm    Tidemark-prod-escalation',
    'Since    2026-11-20 03:07 UTC',
    'Reason   Threshold Crossed: 1 datapoint [3.0].',
    'Look     aws cloudwatch describe-alarms --alarm-types CompositeAlarm MetricAlarm --state-value ALARM --alarm-name-prefix Tidemark-prod-',
    `Runbook  ${context.runbook}`,
    '',
    expect.stringMatching(/^All contacts of critical alarms hear this at once/),
    '',
  ]);
  expect(sms).toBe(`${subject}\n${context.runbook}`);
  expect(json).toEqual({ version: 1, kind: 'distress', stage: 'prod', subject, total: 0, incidents: [] });
});

test('a stage of any name leaves the subject and the text message as short as channels take them', () => {
  const { subject, sms } = distressMessage(event, { ...context, stage: 'é'.repeat(200) });
  expect(subject).toMatch(/^[ -~]{1,100}$/);
  expect(sms.split('\n')[0]?.length).toBeLessThanOrEqual(143);
});
