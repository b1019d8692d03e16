import type { AlarmCondition, AlarmSettings, AlarmStatistic } from '../incidents/settings.ts';
import type { BucketSize } from '../series/bucket.ts';
import { bucketMs } from '../series/bucket.ts';
import type { WrittenAlarm } from './alarms.ts';
import { periods } from './alarms.ts';
import { nearest } from './nearest.ts';
import { mistakeAt, show } from './settings.ts';
import { writtenSpan } from './time-span.ts';

/** What alarms of a source can be about. */
export interface WatchedSource {
  /** Smallest first; none where the source has a window only. */
  readonly buckets: readonly BucketSize[];
  readonly windowSeconds?: number;
  /** Names of the window's measures. */
  readonly measures: readonly string[];
}

const hourMs = 3_600_000;
const periodMs: Readonly<Record<(typeof periods)[number], number>> = {
  ...{ '1m': bucketMs['1m'], '5m': bucketMs['5m'], '15m': bucketMs['15m'] },
  ...{ '1h': hourMs, '6h': 6 * hourMs, '1d': 24 * hourMs },
};
const statisticOf: Readonly<Record<NonNullable<WrittenAlarm['statistic']>, AlarmStatistic>> = {
  ...{ sum: 'Sum', average: 'Average', minimum: 'Minimum', maximum: 'Maximum', count: 'SampleCount' },
};

/** Alarms that cannot be of this source, as issues of the source. */
export function alarmFaults(written: readonly WrittenAlarm[], source: WatchedSource) {
  return written.flatMap((alarm, index) => {
    const issues = faultsOf(alarm, source).map(([key, message]) => mistakeAt(['alarms', index, ...key], message));
    const name = nameOf(alarm);
    const twin = written.slice(0, index).findIndex((other) => nameOf(other) === name);
    const path = alarm.name === undefined ? (['alarms', index] as const) : (['alarms', index, 'name'] as const);
    return twin === -1
      ? issues
      : [...issues, mistakeAt(path, `is called ${show(name)}, as alarms[${twin}] is; expected another name`)];
  });
}

/** Every default filled in. The alarms must have been found without fault. */
export function alarmsOf(written: readonly WrittenAlarm[], source: WatchedSource): AlarmSettings[] {
  return written.map((alarm) => {
    const { series, severity } = alarm;
    const eachMs = periodMsOf(alarm, source);
    const { datapoints, of } = timesOf(alarm, eachMs);
    const measure = alarm.measure ?? (source.buckets.length === 0 ? source.measures[0] : undefined);
    return {
      ...{ name: nameOf(alarm), severity, series },
      ...(measure === undefined ? {} : { measure }),
      statistic: statisticFor(alarm, source),
      condition: conditionOf(alarm),
      ...{ periodSeconds: eachMs / 1000, datapoints, of, missingData: missingDataOf(alarm) },
    };
  });
}

type Fault = readonly [key: readonly string[], message: string];

function faultsOf(alarm: WrittenAlarm, source: WatchedSource): Fault[] {
  const { measure, below, statistic } = alarm;
  if (measure !== undefined && !source.measures.includes(measure))
    return [[['measure'], unknownMeasure(measure, source)]];
  const ownMs = publishedMs(alarm, source);
  const isCount = measure === undefined || statistic === 'count';
  const never = isCount && below !== undefined && below <= 0;
  const faults: Fault[] = never ? [[['below'], `${below} is below every count; expected a number above 0`]] : [];
  return [
    ...faults,
    ...(alarm.missing === undefined ? periodFaults(alarm, ownMs) : missingFaults(alarm.missing, ownMs)),
  ];
}

function periodFaults(alarm: WrittenAlarm, ownMs: number): Fault[] {
  const { per, for: times } = alarm;
  const fitting = periods.filter((period) => periodMs[period] % ownMs === 0);
  if (fitting.length === 0) {
    return [[[], `cannot be: no period of CloudWatch's is a multiple of the window's ${ownMs / 1000} seconds`]];
  }
  if (per !== undefined && !fitting.includes(per)) {
    const expected = `expected one of ${fitting.join(', ')}`;
    return [[['per'], `${show(per)} is no multiple of the ${writtenSpan(ownMs)} that are published; ${expected}`]];
  }
  const eachMs = periodMs[per ?? fitting[0] ?? '1d'];
  const most = Math.floor((eachMs >= hourMs ? 7 * 24 * hourMs : 24 * hourMs) / eachMs);
  const { of } = times ?? { of: 1 };
  const looksBack = `${of} periods of ${writtenSpan(eachMs)} are more than CloudWatch looks back on`;
  return of <= most ? [] : [[['for'], `${looksBack}; expected ${most} at most`]];
}

function missingFaults(missingMs: number, ownMs: number): Fault[] {
  const written = show(writtenSpan(missingMs));
  if (missingMs > 24 * hourMs && missingMs % hourMs !== 0) {
    const expected = 'expected whole hours, which CloudWatch looks back on for 7 days';
    return [[['missing'], `${written} is more than a day; ${expected}`]];
  }
  if (fittingPeriod(missingMs, ownMs) !== undefined) return [];
  const reason = `no period that is a multiple of the ${writtenSpan(ownMs)} that are published goes into it`;
  return [[['missing'], `${written} cannot be: ${reason}`]];
}

function unknownMeasure(measure: string, { measures }: WatchedSource): string {
  if (measures.length === 0) return `${show(measure)} is of no window: the source has none`;
  const near = nearest(measure, measures);
  const hint = near === undefined ? `expected one of ${measures.join(', ')}` : `did you mean ${near}?`;
  return `${show(measure)} is not a measure of the window; ${hint}`;
}

/** How far apart the data points of its metric are. */
function publishedMs({ measure }: WrittenAlarm, { buckets, windowSeconds = 60 }: WatchedSource): number {
  const smallest = buckets[0];
  return measure === undefined && smallest !== undefined ? bucketMs[smallest] : windowSeconds * 1000;
}

function periodMsOf(alarm: WrittenAlarm, source: WatchedSource): number {
  const ownMs = publishedMs(alarm, source);
  if (alarm.missing !== undefined) return fittingPeriod(alarm.missing, ownMs) ?? ownMs;
  if (alarm.per !== undefined) return periodMs[alarm.per];
  return Object.values(periodMs).find((each) => each % ownMs === 0) ?? ownMs;
}

/**
 * The longest period of which three or more make up the time, so that it is found out soon after that time is over; where there is none, the shortest that
 * fits.
 */
function fittingPeriod(missingMs: number, ownMs: number): number | undefined {
  const fitting = Object.values(periodMs).filter((each) => each % ownMs === 0 && missingMs % each === 0);
  // More than a day CloudWatch looks back on by the hour alone.
  const allowed = missingMs > 24 * hourMs ? fitting.filter((each) => each >= hourMs) : fitting;
  return allowed.findLast((each) => missingMs / each >= 3) ?? allowed[0];
}

function timesOf({ missing, for: times }: WrittenAlarm, eachMs: number): { datapoints: number; of: number } {
  if (missing === undefined) return times ?? { datapoints: 1, of: 1 };
  return { datapoints: missing / eachMs, of: missing / eachMs };
}

/** Events are summed up; where a window alone knows of them, its readings are counted. */
function statisticFor({ measure, statistic = 'sum' }: WrittenAlarm, { buckets }: WatchedSource): AlarmStatistic {
  if (measure === undefined) return buckets.length === 0 ? 'SampleCount' : 'Sum';
  return statisticOf[statistic];
}

function conditionOf({ above, below, missing, anomalous, direction = 'both' }: WrittenAlarm): AlarmCondition {
  if (above !== undefined) return { kind: 'above', threshold: above };
  if (below !== undefined) return { kind: 'below', threshold: below };
  if (missing !== undefined) return { kind: 'missing', forMs: missing };
  if (anomalous !== undefined) return { kind: 'anomalous', deviations: anomalous, direction };
  throw new Error('an alarm without a condition, though it was checked');
}

/** No events means no data point: that is low, and not high. */
function missingDataOf({ above, anomalous, direction = 'both' }: WrittenAlarm): AlarmSettings['missingData'] {
  return above !== undefined || (anomalous !== undefined && direction === 'above') ? 'notBreaching' : 'breaching';
}

/** `page view below 5`, where no name is given. */
function nameOf({ name, series, measure, ...alarm }: WrittenAlarm): string {
  if (name !== undefined) return name;
  const { above, below, missing, anomalous, direction } = alarm;
  const how = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(missing === undefined ? [] : [`missing ${writtenSpan(missing)}`]),
    ...(anomalous === undefined ? [] : [direction === undefined ? 'anomalous' : `anomalous ${direction}`]),
  ];
  const what = [series, ...(measure === undefined ? [] : [measure])].join(' ');
  return `${what.replaceAll(/[^A-Za-z0-9 ._-]+/g, '-').slice(0, 70)} ${how.join(' ')}`;
}
