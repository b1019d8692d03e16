import { headingAnchor } from '@tidemark/core/incidents/runbook';

/** What an alarm may be about: each has a heading of docs/operating/runbook.md, `Alarm: a series is missing`. */
export const alarmTopics = [
  'a series is below its threshold',
  'a series is above its threshold',
  'a series is missing',
  'a series is out of its band',
  'the parts of a source fall behind or fail',
  'a function falls behind',
  'a function fails',
  'a function is throttled',
  'counts are not fresh',
  'records are set aside',
  'the cap on series is reached',
  'a run has failed',
  'escalation fails',
  'the watchdog fails',
  'nobody looks at the health of sources',
] as const;
export type AlarmTopic = (typeof alarmTopics)[number];

/** `alarm-a-series-is-missing` */
export function runbookAnchor(topic: AlarmTopic): string {
  return headingAnchor(`Alarm: ${topic}`);
}
