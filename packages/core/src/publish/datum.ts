import { roundedSum } from '../series/exact-sum.ts';
import type { Figures } from '../series/figures.ts';
import { encodeDimension } from './dimension.ts';

/** Where everything is put. Alarms, dashboards and readers name the same. */
export const metricNamespace = 'Tidemark';
/** Events by bucket. The measures of windows have metrics of their own names. */
export const eventCountMetric = 'EventCount';
/** What replay, backfill and undo have added to the other metrics of a series afterwards, so that one can see it. */
export const correctionMetric = 'Correction';
/** CloudWatch takes numbers from -2^360 to 2^360. */
export const metricMagnitudeMax = 2 ** 360;
/** It says that it refuses numbers that are too small as well, and once named 2^-360 for them: nearer to 0, 0 is put. */
const metricMagnitudeMin = 2 ** -360;

/** One datum of PutMetricData, in the words of its API. */
export type Datum = CountDatum | FiguresDatum | CorrectionDatum;

interface DatumOfSeries {
  readonly Dimensions: readonly { readonly Name: 'Source' | 'EventName'; readonly Value: string }[];
  /** Start of the bucket or window. */
  readonly Timestamp: Date;
}

/** Events of a bucket. */
export interface CountDatum extends DatumOfSeries {
  readonly MetricName: typeof eventCountMetric;
  readonly Value: number;
  readonly Unit: 'Count';
}

/** Events of a bucket, or readings of a window, that a correction added; below 0 where it took some away. */
export interface CorrectionDatum extends DatumOfSeries {
  readonly MetricName: typeof correctionMetric;
  readonly Value: number;
  readonly Unit: 'Count';
}

/** One measure of the readings of a window. */
export interface FiguresDatum extends DatumOfSeries {
  /** The measure. */
  readonly MetricName: string;
  readonly StatisticValues: StatisticValues;
}

export interface StatisticValues {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

/** The dimensions of a series' metrics. */
export function seriesDimensions(source: string, name: string): Datum['Dimensions'] {
  return [
    { Name: 'Source', Value: source },
    { Name: 'EventName', Value: encodeDimension(name) },
  ];
}

export function countDatum(source: string, name: string, startMs: number, value: number): CountDatum {
  return {
    MetricName: eventCountMetric,
    Dimensions: seriesDimensions(source, name),
    Timestamp: new Date(startMs),
    Value: value,
    Unit: 'Count',
  };
}

export function correctionDatum(source: string, name: string, startMs: number, value: number): CorrectionDatum {
  return { ...countDatum(source, name, startMs, value), MetricName: correctionMetric };
}

export function figuresDatum(
  source: string,
  name: string,
  startMs: number,
  measure: string,
  statistics: StatisticValues,
): FiguresDatum {
  return {
    MetricName: measure,
    Dimensions: seriesDimensions(source, name),
    Timestamp: new Date(startMs),
    StatisticValues: statistics,
  };
}

/** Figures as a statistic set, the sum rounded once; undefined where CloudWatch would refuse it, and with it the whole call. */
export function statisticValues({ count, sum, minimum, maximum }: Figures): StatisticValues | undefined {
  if (!(Number.isSafeInteger(count) && count > 0 && minimum <= maximum)) return undefined;
  const [Sum, Minimum, Maximum] = [roundedSum(sum), minimum, maximum].map((value) =>
    Math.abs(value) < metricMagnitudeMin ? 0 : value,
  );
  if (Sum === undefined || Minimum === undefined || Maximum === undefined) return undefined;
  const isTaken = [Sum, Minimum, Maximum].every((value) => Math.abs(value) < metricMagnitudeMax);
  return isTaken ? { SampleCount: count, Sum, Minimum, Maximum } : undefined;
}

/** As many characters as a number has in JSON at most. */
const longestNumber = -1.2345678901234567e-100;

/**
 * An upper bound of what the datum adds to a request's body, in bytes: its JSON, whose ISO timestamp is longer than
 * the number on the wire, with the largest value that a later change could raise it to. Encoded names are ASCII.
 */
export function countBytesMax(source: string, name: string): number {
  return JSON.stringify(countDatum(source, name, 0, Number.MIN_SAFE_INTEGER)).length + 1;
}

/** The same of a statistic set. */
export function figuresBytesMax(source: string, name: string, measure: string): number {
  const [SampleCount, Sum, Minimum, Maximum] = Array<number>(4).fill(longestNumber) as [number, number, number, number];
  const statistics = { SampleCount, Sum, Minimum, Maximum };
  return JSON.stringify(figuresDatum(source, name, 0, measure, statistics)).length + 1;
}
