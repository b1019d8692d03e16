/** How far the slowest reader of a source is behind what is on the stream. */
export const freshnessMetric = 'Freshness';
/** Records that were set aside since the look before. */
export const quarantinedMetric = 'QuarantinedEvents';

/** One datum of PutMetricData on the health of a source, in the words of its API. */
export interface HealthDatum {
  readonly MetricName: typeof freshnessMetric | typeof quarantinedMetric;
  readonly Dimensions: readonly { readonly Name: 'Source'; readonly Value: string }[];
  /** Of the look. */
  readonly Timestamp: Date;
  readonly Value: number;
  readonly Unit: 'Seconds' | 'Count';
}

/** What a look at a source has found. */
export interface Health {
  readonly freshnessMs: number;
  readonly quarantined: number;
}

/** The dimension of what is told of a source as a whole. */
export function sourceDimensions(source: string): HealthDatum['Dimensions'] {
  return [{ Name: 'Source', Value: source }];
}

export function healthData(source: string, { freshnessMs, quarantined }: Health, lookedMs: number): HealthDatum[] {
  const common = { Dimensions: sourceDimensions(source), Timestamp: new Date(lookedMs) };
  return [
    { ...common, MetricName: freshnessMetric, Value: freshnessMs / 1000, Unit: 'Seconds' },
    { ...common, MetricName: quarantinedMetric, Value: quarantined, Unit: 'Count' },
  ];
}
