import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  hook,
  IncidentStage,
  mail,
  pager,
  phone,
  settings,
  topicOf,
  topicPrefix,
  transition,
} from '../../test/incidents.ts';
import type { Instance } from '../../test/instance.ts';

const alarm = 'shop-escalation';
const runbook = 'https://acknowledge.example/runbook#alarm-escalation-fails';
const onEvent = transition('ALARM', Date.parse('2026-11-20T03:07:00Z'), 'OK', alarm);

let stage: IncidentStage;
let distress: Instance;
beforeAll(async () => {
  stage = await IncidentStage.start();
  const tiers = settings.tiers.map((tier, index) => (index === 0 ? tier : { ...tier, notify: [hook, pager, mail] }));
  const low = { notify: ['email:low@example.org'], acknowledgeWithinMs: 1, repeat: 1, severities: ['low' as const] };
  const escalation = { ...settings, tiers: [...tiers, low] };
  stage.stage.writeBeside('distress', 'incidents.json', { stack: 'shop', stage: 'prod', escalation, alarms: [] });
  // No table and no machine: it must not want any.
  const deployment = await stage.stage.makeDeployment();
  distress = await deployment.start('distress', {
    ...{ AWS_ENDPOINT_URL_SNS: stage.endpoints.AWS_ENDPOINT_URL_SNS ?? '' },
    ...{ CONTACT_TOPIC_PREFIX: topicPrefix, RUNBOOK_URL: runbook },
  });
});
afterAll(async () => {
  await distress?.end();
  await stage?.stop();
});

test('everybody who is told of critical alarms hears of it, each once', async () => {
  stage.aws.reset();
  expect(await distress.answer(onEvent)).toEqual({ told: 4, failed: 0 });
  const { published } = stage.aws;
  expect(published.map(({ topic }) => topic).sort()).toEqual(
    [topicOf(mail), topicOf(phone), topicOf(hook), pager].sort(),
  );
  for (const { subject, bodies } of published) {
    expect(subject).toBe('ESCALATION FAILS: alarms may be on of which nobody is told (prod)');
    expect(bodies.default).toContain(`Runbook  ${runbook}`);
    expect(bodies.default).toContain('--alarm-name-prefix shop-');
    expect(JSON.parse(bodies.https ?? '')).toMatchObject({ kind: 'distress', stage: 'prod' });
  }
  const sms = published.find(({ topic }) => topic === topicOf(phone));
  expect(JSON.stringify(sms?.attributes)).toContain('Transactional');
});

test('one that cannot be reached keeps no other from hearing of it', async () => {
  stage.aws.reset();
  stage.aws.failures.set(`Publish ${topicOf(mail)}`, 'AuthorizationError');
  expect(await distress.answer(onEvent)).toEqual({ told: 3, failed: 1 });
  expect(stage.aws.published).toHaveLength(3);
});

test('where nobody can be reached it fails, to be tried again', async () => {
  stage.aws.reset();
  stage.aws.failures.set('Publish', 'AuthorizationError');
  await expect(distress.answer(onEvent)).rejects.toThrow('nobody could be told that escalation fails');
});

test('what is no transition of an alarm is refused', async () => {
  await expect(distress.answer({ op: 'tick' })).rejects.toThrow('not a transition of an alarm');
});
