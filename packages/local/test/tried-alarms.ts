import { EngineClock } from '../src/clock.ts';
import { Alarms } from '../src/services/cloudwatch/alarms/alarms.ts';
import { AnomalyDetectors } from '../src/services/cloudwatch/alarms/anomaly-detectors.ts';
import { readCompositeAlarm } from '../src/services/cloudwatch/alarms/read-composite-alarm.ts';
import { readMetricAlarm } from '../src/services/cloudwatch/alarms/read-metric-alarm.ts';
import { AlarmStore } from '../src/services/cloudwatch/alarms/store.ts';
import type { Transition } from '../src/services/cloudwatch/alarms/transition.ts';
import { MetricStore } from '../src/services/cloudwatch/store.ts';
import type { NewEvent } from '../src/services/events/event.ts';

export const startMs = Date.parse('2026-11-02T09:00:00Z');
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
const place = { region: 'eu-west-1', account: '000000000000' };

/** Alarms on a clock that stands still at nine o'clock, and what became of them. */
export interface TriedAlarms {
  readonly alarms: Alarms;
  readonly clock: EngineClock;
  readonly store: AlarmStore;
  readonly metrics: MetricStore;
  readonly detectors: AnomalyDetectors;
  readonly events: readonly NewEvent[];
  /** Actions that were to be taken, `ALARM: topic`. */
  readonly taken: readonly string[];
  readonly errors: readonly unknown[];
  /** A metric alarm, above 10 for one minute, where it is not said otherwise. */
  put(name: string, more?: object, isOfTemplate?: boolean): void;
  compose(name: string, AlarmRule: string, more?: object): void;
  /** Puts one value of `metricName` at so many minutes before nine o'clock; negative: after. */
  add(minutesAgo: number, value: number, metricName?: string): void;
  /** The state that an alarm is in. */
  state(name: string): string | undefined;
  reason(name: string): string | undefined;
  /** Goes on by so much and evaluates. */
  after(ms: number): void;
}

export interface TriedAlarmsOptions {
  /** Where they are kept; in memory without it. */
  readonly directory?: string;
  /** False leaves them unstarted. */
  readonly begin?: boolean;
  /** False: they are evaluated when they are told to alone. */
  readonly byThemselves?: boolean;
}

export function triedAlarms({ directory, begin = true, byThemselves = true }: TriedAlarmsOptions = {}): TriedAlarms {
  const clock = new EngineClock({ startMs, factor: 0 });
  const store = new AlarmStore(directory);
  const metrics = new MetricStore(undefined);
  const detectors = new AnomalyDetectors();
  const events: NewEvent[] = [];
  const taken: string[] = [];
  const errors: unknown[] = [];
  const take = ({ alarm, state }: Transition) => {
    for (const arn of alarm.actions[state.value]) taken.push(`${state.value}: ${arn.split(':').at(-1)}`);
  };
  const alarms = new Alarms({
    ...{
      clock,
      store,
      metrics,
      phaseMs: byThemselves ? 30_000 : undefined,
      actions: { take, settled: async () => {} },
    },
    report: (event) => events.push(event),
    excluded: (stat) => detectors.excluded(stat),
    onError: (error) => errors.push(error),
  });
  if (begin) alarms.start();
  const put = (name: string, more: object = {}, isOfTemplate = false) =>
    alarms.put(readMetricAlarm({ ...own, ...more, AlarmName: name }, place, clock.now()), isOfTemplate);
  return {
    ...{ alarms, clock, store, metrics, detectors, events, taken, errors, put },
    compose: (AlarmName, AlarmRule, more = {}) =>
      alarms.put(readCompositeAlarm({ AlarmName, AlarmRule, ...more }, place, clock.now())),
    add: (minutesAgo, value, metricName = 'M') => {
      const metric = { namespace: 'N', metricName, dimensions: [] };
      const atMs = startMs - minutesAgo * minuteMs;
      metrics.add([{ metric, atMs, sampleCount: 1, sum: value, minimum: value, maximum: value }]);
    },
    state: (name) => alarms.get(name)?.state.value,
    reason: (name) => alarms.get(name)?.state.reason,
    after: (ms) => {
      clock.advance(ms);
      alarms.evaluate();
    },
  };
}

const own = {
  ...{ Namespace: 'N', MetricName: 'M', Statistic: 'Sum', Period: 60 },
  ...{ EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold', Threshold: 10 },
};

/** A topic's ARN. */
export function topic(name: string): string {
  return `arn:aws:sns:eu-west-1:000000000000:${name}`;
}
