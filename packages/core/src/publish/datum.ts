import { encodeDimension } from './dimension.ts';

/** Where every count is put. Alarms, dashboards and readers name the same. */
export const metricNamespace = 'Tidemark';
export const eventCountMetric = 'EventCount';

/** One datum of PutMetricData, in the words of its API. */
export interface Datum {
  readonly MetricName: typeof eventCountMetric;
  readonly Dimensions: readonly { readonly Name: 'Source' | 'EventName'; readonly Value: string }[];
  /** Start of the bucket. */
  readonly Timestamp: Date;
  readonly Value: number;
  readonly Unit: 'Count';
}

/** The dimensions of a series' metric. */
export function seriesDimensions(source: string, name: string): Datum['Dimensions'] {
  return [
    { Name: 'Source', Value: source },
    { Name: 'EventName', Value: encodeDimension(name) },
  ];
}

export function makeDatum(source: string, name: string, startMs: number, value: number): Datum {
  return {
    MetricName: eventCountMetric,
    Dimensions: seriesDimensions(source, name),
    Timestamp: new Date(startMs),
    Value: value,
    Unit: 'Count',
  };
}

/**
 * An upper bound of what the datum adds to a request's body, in bytes: its JSON, whose ISO timestamp is longer than
 * the number on the wire, with the largest value that a later change could raise it to. Encoded names are ASCII.
 */
export function datumBytesMax(source: string, name: string): number {
  return JSON.stringify(makeDatum(source, name, 0, Number.MIN_SAFE_INTEGER)).length + 1;
}
