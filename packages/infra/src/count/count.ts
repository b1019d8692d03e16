import type { SourceSettings } from '@tidemark/core/config';
import type { CountEnvironment } from '@tidemark/handlers/count/env';
import type { Construct } from 'constructs';
import type { ControlTable } from '../control/table.ts';
import type { DataBucket } from '../data/bucket.ts';
import { StreamFunction } from '../functions/function.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';

export interface CountProps {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
  readonly series: SeriesTable;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly retain: boolean;
}

/** Kinesis -> Series table. */
export class Count extends StreamFunction<CountEnvironment> {
  constructor(scope: Construct, id: string, { source, stream, series, control, data, retain }: CountProps) {
    super(scope, id, {
      handler: 'count',
      description: `Counts the events of ${source.name} into its Series table`,
      source,
      settings: source.count,
      environment: {
        SERIES_TABLE: series.table.tableName,
        CONTROL_TABLE: control.table.tableName,
        DATA_BUCKET: data.bucket.bucketName,
      },
      statements: (role) => [
        ...stream.reading(),
        ...series.counting(),
        control.counting(source.name),
        data.quarantining(role, source.name),
      ],
      eventSourceArn: stream.stream.streamArn,
      failures: data,
      retain,
    });
  }
}
