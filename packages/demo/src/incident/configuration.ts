import type { TidemarkInput } from '@tidemark/core/config/input';

/** The series that the alarm is on, and another one, which goes on as ever when it falls. */
export const watched = 'page view';
export const other = 'search';

export const sourceName = 'web';
export const threshold = 5;
export const minutesInARow = 3;
/** Its name in CloudWatch is that of the stack and of the source, and then this. */
export const alarmName = 'few page views';

/** Whom each tier tells, by what, and for how many minutes an answer is waited for. */
export const tiers = [
  { channel: 'email', to: 'oncall@example.org', acknowledgeWithinMinutes: 5 },
  { channel: 'sms', to: '+4915112345678', acknowledgeWithinMinutes: 5 },
  { channel: 'email', to: 'lead@example.org', acknowledgeWithinMinutes: 30 },
] as const;

/** What the demo runs, whatever `tidemark.config.ts` says. */
export const configuration: TidemarkInput = {
  sources: {
    [sourceName]: {
      event: { name: 'event_type', time: 'utc_timestamp' },
      buckets: ['1m'],
      alarms: [
        { series: watched, below: threshold, per: '1m', for: minutesInARow, severity: 'critical', name: alarmName },
      ],
      // They watch functions by the engine's clock, which hurries.
      systemAlarms: false,
    },
  },
  escalation: {
    tiers: tiers.map(({ channel, to, acknowledgeWithinMinutes }) => ({
      notify: [`${channel}:${to}`],
      acknowledgeWithin: `${acknowledgeWithinMinutes}m`,
    })),
    joinWithin: '3m',
  },
};

/** The same as somebody would write it. */
export const configurationText = `export default defineTidemark({
  sources: {
    web: {
      event: { name: 'event_type', time: 'utc_timestamp' },
      buckets: ['1m'],
      alarms: [
        { series: 'page view', below: 5, per: '1m', for: 3,
          severity: 'critical', name: 'few page views' },
      ],
      systemAlarms: false, // this one is enough here
    },
  },
  escalation: {
    tiers: [
      { notify: ['email:oncall@example.org'], acknowledgeWithin: '5m' },
      { notify: ['sms:+4915112345678'], acknowledgeWithin: '5m' },
      { notify: ['email:lead@example.org'], acknowledgeWithin: '30m' },
    ],
    joinWithin: '3m', // on again so soon, it is the same incident
  },
});
`;
