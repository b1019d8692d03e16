import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport } from '@tidemark/core/bench/report';

export interface KinesisResult {
  readonly server: string;
  readonly records: number;
  readonly putSeconds: number;
  readonly readSeconds: number;
  /** What the server's process worked for both, in seconds; null where the system does not tell (it does on Linux). */
  readonly cpuSeconds: number | null;
  /** Resident memory before the first and after the last record, in MiB. */
  readonly memoryBeforeMiB: number;
  readonly memoryAfterMiB: number;
}

export interface KinesisSetting {
  readonly records: number;
  readonly recordBytes: number;
  readonly recordsPerCall: number;
  readonly shardCount: number;
}

export function kinesisReport(
  machine: Machine,
  setting: KinesisSetting,
  results: readonly KinesisResult[],
): BenchReport {
  const { records, recordBytes, recordsPerCall, shardCount } = setting;
  const rate = (seconds: number): string => Math.round(records / seconds).toLocaleString('en-US');
  return {
    name: 'kinesis',
    title: 'Kinesis servers',
    machine,
    tables: [
      {
        columns: ['server', 'records/s in', 'records/s out', 'processor', 'memory before', 'memory after'],
        rows: results.map((each) => [
          each.server,
          rate(each.putSeconds),
          rate(each.readSeconds),
          each.cpuSeconds === null ? '-' : `${each.cpuSeconds.toFixed(1)} s`,
          `${each.memoryBeforeMiB} MiB`,
          `${each.memoryAfterMiB} MiB`,
        ]),
      },
    ],
    budgets: [],
    remarks: [
      `${records.toLocaleString('en-US')} records of ${recordBytes} bytes by PutRecords of ${recordsPerCall}, one call after the other, on ${shardCount} shards; then every shard is read from its beginning. On the wire, each server is a process of its own.`,
    ],
    figures: { setting, results },
  };
}
