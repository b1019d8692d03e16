import type { SourceSettings, WindowSettings } from '@tidemark/core/config';
import type { WindowEnvironment } from '@tidemark/handlers/window/env';
import type { Construct } from 'constructs';
import type { ControlTable } from '../control/table.ts';
import type { DataBucket } from '../data/bucket.ts';
import { StreamFunction } from '../functions/function.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';

export interface WindowProps {
  readonly source: SourceSettings;
  readonly window: WindowSettings;
  readonly stream: SourceStream;
  readonly series: SeriesTable;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly retain: boolean;
}

/** Kinesis -> Series table, in tumbling windows. */
export class Window extends StreamFunction<WindowEnvironment> {
  readonly seconds: number;

  constructor(scope: Construct, id: string, { source, window, stream, series, control, data, retain }: WindowProps) {
    super(scope, id, {
      handler: 'window',
      description: `Adds up the measures of ${source.name} in windows of ${window.seconds} s into its Series table`,
      source,
      settings: window,
      environment: {
        SERIES_TABLE: series.table.tableName,
        CONTROL_TABLE: control.table.tableName,
        DATA_BUCKET: data.bucket.bucketName,
        STREAM_ARN: stream.stream.streamArn,
      },
      // The function reads the stream as its mapping does: a part that straddles its fence is mended from there.
      statements: (role) => [
        ...stream.reading(),
        ...series.counting(),
        control.counting(source.name),
        data.quarantining(role, source.name),
      ],
      eventSourceArn: stream.stream.streamArn,
      tumblingWindowSeconds: window.seconds,
      failures: data,
      retain,
    });
    this.seconds = window.seconds;
  }
}
