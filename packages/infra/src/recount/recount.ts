import type { FunctionSettings, SourceSettings } from '@tidemark/core/config';
import type { RecountEnvironment } from '@tidemark/handlers/recount/env';
import { PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { pipeRole } from '../access/role.ts';
import type { ControlTable } from '../control/table.ts';
import type { DataBucket } from '../data/bucket.ts';
import { bundleFolder, withFunctionCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';

export interface RecountProps {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
  readonly series: SeriesTable;
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly retain: boolean;
}

/** A batch is two megabytes at most; a part of an archive is read within this time. */
const timeoutSeconds = 120;

/** What counting has where the source has buckets, and windows otherwise: a recount does both. */
function settingsOf({ count, window, buckets }: SourceSettings): FunctionSettings {
  const settings = buckets.length === 0 && window !== undefined ? window : count;
  const { reservedConcurrency: _live, ...rest } = settings;
  return { ...rest, memoryMb: Math.max(512, settings.memoryMb, window?.memoryMb ?? 0), timeoutSeconds };
}

/** Pipe or archive -> Series table, in a generation of its own. Idle but for replays and backfills. */
export class Recount extends LoggedFunction<RecountEnvironment> {
  /** In which the pipes of the source run: each run makes one of its own. */
  readonly pipeRole: Role;

  constructor(scope: Construct, id: string, { source, stream, series, control, data, retain }: RecountProps) {
    super(scope, id, {
      description: `Counts ${source.name} again into another generation`,
      withCode: (use) => withFunctionCode(bundleFolder('recount'), source, use),
      access: source.access,
      settings: settingsOf(source),
      environment: {
        SERIES_TABLE: series.table.tableName,
        CONTROL_TABLE: control.table.tableName,
        DATA_BUCKET: data.bucket.bucketName,
      },
      statements: (role) => [
        ...series.counting(),
        control.counting(source.name),
        ...(source.archive === undefined ? [] : data.readingArchive(role, source.name)),
      ],
      retain,
    });
    const invoke = new PolicyStatement({
      sid: 'InvokeRecount',
      actions: ['lambda:InvokeFunction'],
      resources: [this.function.functionArn],
    });
    this.pipeRole = pipeRole(this, source.access, new PolicyDocument({ statements: [...stream.reading(), invoke] }));
  }
}
