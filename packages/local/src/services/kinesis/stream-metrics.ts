import type { Clock } from '../../clock.ts';
import { type PublishedMetrics, Reporter, Reporters } from '../cloudwatch/reporter.ts';
import type { MetricStore } from '../cloudwatch/store.ts';

const namespace = 'AWS/Kinesis';
const units = {
  IncomingRecords: 'Count',
  IncomingBytes: 'Bytes',
  WriteProvisionedThroughputExceeded: 'Count',
} as const;
type Name = keyof typeof units;

export const publishedByKinesis: PublishedMetrics = { namespace, units, dimensions: [['StreamName']] };

/** What one put did. */
export interface ReportedPut {
  /** Records that were taken. */
  readonly records: number;
  /** Of their data and partition keys. */
  readonly bytes: number;
  /** Records for which their shards had no room. */
  readonly refused: number;
}

/** What Kinesis publishes of its streams: a value for each put, whatever the number of its records. */
export class StreamMetrics {
  readonly #streams: Reporters<Name>;

  constructor(store: MetricStore, clock: Clock) {
    this.#streams = new Reporters(
      (StreamName) => new Reporter({ store, clock, namespace, dimensionSets: [{ StreamName }] }),
    );
  }

  put(streamName: string, { records, bytes, refused }: ReportedPut): void {
    const reporter = this.#streams.of(streamName);
    reporter.add('WriteProvisionedThroughputExceeded', refused);
    if (records === 0) return;
    reporter.add('IncomingRecords', records);
    reporter.add('IncomingBytes', bytes);
  }
}
