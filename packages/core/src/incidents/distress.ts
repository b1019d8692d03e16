import type { AlarmEvent } from './alarm-event.ts';
import type { Message } from './message.ts';
import { subjectOf } from './message.ts';
import { saidBeforeLink } from './message-sms.ts';
import { instant, oneLine } from './wording.ts';

export interface DistressContext {
  /** Of CloudFormation: alarms' names begin with it. */
  readonly stack: string;
  readonly stage: string;
  /** Full link to what to do. */
  readonly runbook: string;
}

/**
 * What everybody hears who is told of critical alarms when escalation itself fails. It is told past incidents and tiers, which may be what is broken: it
 * names no incident, and there is nothing to acknowledge.
 */
export function distressMessage(
  { alarm, transitionMs, reason }: AlarmEvent,
  { stack, stage, runbook }: DistressContext,
): Message {
  const what = 'ESCALATION FAILS: alarms may be on of which nobody is told';
  const subject = subjectOf(what, stage);
  // CloudWatch tells of metric alarms alone, where nothing is said of types: the one on a source's parts is none.
  const look = `aws cloudwatch describe-alarms --alarm-types CompositeAlarm MetricAlarm --state-value ALARM --alarm-name-prefix ${stack}-`;
  const lines = [
    ['Alarm', oneLine(alarm)],
    ['Since', instant(transitionMs)],
    ['Reason', oneLine(reason)],
    ['Look', look],
    ['Runbook', runbook],
  ] as const;
  const table = lines.map(([label, text]) => `${label.padEnd(8)} ${text}`).join('\n');
  const told =
    'All contacts of critical alarms hear this at once, each time that the alarm turns on. There is no link to acknowledge it, and nobody is told that it is over.';
  return {
    subject,
    text: `${subject}\n\n${table}\n\n${told}\n`,
    sms: `${saidBeforeLink(what, ` (${stage})`)}\n${runbook}`,
    json: { version: 1, kind: 'distress', stage, subject, total: 0, incidents: [] },
  };
}
