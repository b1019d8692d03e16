/** Where the headings of the runbook are that begin with `Alarm: `. */
const runbook = 'docs/operating/runbook.md';

/** What an alarm may be about: each has a heading of the runbook, `Alarm: events are too few`. */
export const alarmTopics = [
  'a series is below its threshold',
  'a series is above its threshold',
  'a series is missing',
  'a series is out of its band',
  'the parts of a source fall behind or fail',
  'the cap on series is reached',
  'a run has failed',
  'escalation fails',
  'the watchdog fails',
] as const;
export type AlarmTopic = (typeof alarmTopics)[number];

/** `docs/operating/runbook.md#alarm-a-series-is-missing` */
export function runbookLink(topic: AlarmTopic): string {
  return `${runbook}#${`Alarm: ${topic}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')}`;
}
