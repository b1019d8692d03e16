import type { ArchiveSettings, SourceSettings } from '@tidemark/core/config';
import type { ArchiveEnvironment } from '@tidemark/handlers/archive/env';
import type { Construct } from 'constructs';
import type { ControlTable } from '../control/table.ts';
import type { DataBucket } from '../data/bucket.ts';
import { StreamFunction } from '../functions/function.ts';
import type { SourceStream } from '../stream/stream.ts';

export interface ArchiveProps {
  readonly source: SourceSettings;
  readonly archive: ArchiveSettings;
  readonly stream: SourceStream;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly retain: boolean;
}

/** Kinesis -> S3, every record as it came. */
export class Archive extends StreamFunction<ArchiveEnvironment> {
  constructor(scope: Construct, id: string, { source, archive, stream, control, data, retain }: ArchiveProps) {
    super(scope, id, {
      handler: 'archive',
      description: `Keeps the records of ${source.name} in S3 as they came`,
      source,
      settings: archive,
      environment: { CONTROL_TABLE: control.table.tableName, DATA_BUCKET: data.bucket.bucketName },
      statements: (role) => [
        ...stream.reading(),
        control.checkpointing(source.name),
        data.archiving(role, source.name),
      ],
      eventSourceArn: stream.stream.streamArn,
      failures: data,
      retain,
    });
    data.ageArchive(source.name, archive);
  }
}
