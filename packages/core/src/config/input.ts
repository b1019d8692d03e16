import type { BucketSize } from '../series/bucket.ts';
import type { AlarmInput, EscalationInput, SystemAlarmsInput } from './alarm-input.ts';

/** A field of the event: `'event_type'`, `'detail.type'` for nested ones, `['detail', 'a.b']` where a key holds a dot. */
export type FieldInput = string | readonly string[];

export interface EventInput {
  /** The field that holds the event's name, which names its series. */
  readonly name: FieldInput;
  /** The field that holds the event's time: ISO 8601 (UTC where it has no zone), or epoch seconds or milliseconds. */
  readonly time: FieldInput;
}

export interface RevisionInput {
  /** Records that arrive at or after this instant are read this way: `2026-12-01T00:00:00Z`. Choose one that is still ahead when you deploy. */
  readonly from: string;
  readonly event: EventInput;
  /** What the window adds up from then on, whole. Absent: as before. */
  readonly measures?: MeasuresInput;
}

/**
 * Fields that hold numbers, 1 to 10 of them, under the names that rows, columns and metrics have for them: a letter, then letters
 * and digits, 64 at most.
 */
export type MeasuresInput = Readonly<Record<string, FieldInput>>;

/** A stream that is made with the stack. */
export interface MadeStreamInput {
  readonly arn?: undefined;
  /** Provisioned shards, 1 to 10,000. Absent: on demand. */
  readonly shards?: number;
  /** 24 to 8,760. Default 24. */
  readonly retentionHours?: number;
  /** `'aws'` (default): the key that Kinesis keeps for the account; `'none'`; or the ARN of your own KMS key. */
  readonly encryption?: 'aws' | 'none' | (string & {});
}

/** A stream that exists already. */
export interface ExistingStreamInput {
  readonly arn: string;
  /** The ARN of the KMS key that encrypts it, if it is your own: the counting function must be let use it. */
  readonly encryption?: string;
}

export interface TableInput {
  /** `'on-demand'` (default), or provisioned units. */
  readonly billing?: 'on-demand' | { readonly readUnits: number; readonly writeUnits: number };
  /** Default true. */
  readonly pointInTimeRecovery?: boolean;
  /** Default: on in `prod`, off in `dev`. */
  readonly deletionProtection?: boolean;
  /** `'owned'` (default): a key that DynamoDB owns; `'aws'`: the one it keeps for the account; or the ARN of your own KMS key. */
  readonly encryption?: 'owned' | 'aws' | (string & {});
}

export interface FunctionInput {
  /** 128 to 10,240; from 256 for `window` and `archive`. Default 512 for `count` and `window`, 256 for `publish` and `archive`. */
  readonly memoryMb?: number;
  /** 15 to 900. Default 60, and 900 for `window`. */
  readonly timeoutSeconds?: number;
  /** Records in one invocation at most, 1 to 10,000. Default 10,000. */
  readonly batchSize?: number;
  /**
   * How long Lambda may gather records before it invokes, 0 to 300. Default 10: for `count`, halving it doubles the write bill. For
   * `window` no longer than the window, and that is the default of a shorter one. Default 300 for `archive`.
   */
  readonly batchWindowSeconds?: number;
  /** Halve a batch that fails, to part a record that breaks the function from the others. Default true. */
  readonly bisectOnError?: boolean;
  /** -1 (default): without end, so that a shard waits rather than loses; or 0 to 10,000. */
  readonly retries?: number;
  /** -1 (default): without end; or 60 to 604,800. */
  readonly maximumRecordAgeSeconds?: number;
  /** From 1. Default: none reserved. */
  readonly reservedConcurrency?: number;
  /** Default `'arm64'`. */
  readonly architecture?: 'arm64' | 'x86_64';
  /** Default `'INFO'`. */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** One of the spans that CloudWatch Logs knows. Default 30. */
  readonly logRetentionDays?: number;
  /** 1, and nothing else: counting exactly once holds for one invocation a shard at a time. */
  readonly parallelizationFactor?: 1;
  /** `'TRIM_HORIZON'`, and nothing else: a replaced mapping then recounts into fences instead of skipping records. */
  readonly startingPosition?: 'TRIM_HORIZON';
}

/** A tumbling window of arrival time, and the function that adds it up. */
export interface WindowInput extends FunctionInput {
  /** 1 to 900. Windows start at multiples of it since the epoch: 60 for the minutes of the clock. */
  readonly seconds: number;
  /** An event without one of them, or with anything but a number there, is quarantined. */
  readonly measures: MeasuresInput;
}

/** Every record of the stream, kept in S3 as it came: `{}` turns it on. A backfill reads it. */
export interface ArchiveInput extends FunctionInput {
  /** Days after which an object moves to S3 Glacier Instant Retrieval, 1 to 36,500. Default 30. */
  readonly coldAfterDays?: number;
  /** Days after which an object is deleted, 1 to 36,500, and more than `coldAfterDays`. Default: never. */
  readonly expireAfterDays?: number;
}

/** A length of time in whole days or weeks: `'14d'`, `'2w'`. */
export type DurationInput = `${number}d` | `${number}w`;

/**
 * How long counts are kept, by size: `{ '1m': '14d', '1h': '90d', window: '30d' }`. A size that is absent is kept without end. What is older is exported to
 * S3 and deleted, whole days of UTC at a time.
 */
export type RetentionInput = Readonly<Partial<Record<BucketSize | 'window', DurationInput>>>;

/** When counters are pruned that are older than their retention, and how fast. */
export interface PruneInput {
  /**
   * A time of the day, `'03:30'`, or the words of EventBridge Scheduler: `'cron(30 3 ? * MON-FRI *)'`, `'rate(12 hours)'`. Default
   * `'03:30'`.
   */
  readonly at?: string;
  /** The time zone of `at`, by its name of IANA: `'Europe/Berlin'`. Default `'UTC'`. */
  readonly zone?: string;
  /** What deletions may take of the Series table's write capacity, 25 to 40,000. Default 500. */
  readonly writeUnitsPerSecond?: number;
  /** How long counts that a replay has replaced can be given back by an undo. Default `'7d'`. */
  readonly keepReplaced?: DurationInput;
}

export interface AccessInput {
  /** ARNs of roles, users or accounts that may assume the role that puts records on the stream. */
  readonly producers?: readonly string[];
  /** ARNs of roles, users or accounts that may assume the role that reads this source's counters and state. */
  readonly readers?: readonly string[];
  /**
   * ARNs of roles, users or accounts that may assume the role that starts, cancels and undoes runs of this source, and puts on the stream anew what
   * was set aside.
   */
  readonly operators?: readonly string[];
  /** ARN of a managed policy that bounds every role of the source. */
  readonly permissionsBoundary?: string;
  /** Path of every role of the source: `/counting/`. */
  readonly rolePath?: string;
}

export interface SourceInput {
  readonly event: EventInput;
  /** Later readings of the event, ascending by `from`. */
  readonly revisions?: readonly RevisionInput[];
  /** Default `['1m', '1h']`, and none beside a window. The smallest is published to CloudWatch. */
  readonly buckets?: readonly BucketSize[];
  /** Count, sum, minimum, maximum and average of numbers, a name and window of arrival time. */
  readonly window?: WindowInput;
  /** How many names get a series of their own, 1 to 1,000; the others are counted under `$other`. Default 200. */
  readonly maxSeries?: number;
  readonly stream?: MadeStreamInput | ExistingStreamInput;
  readonly table?: TableInput;
  /** Only beside buckets. */
  readonly count?: FunctionInput;
  readonly publish?: FunctionInput;
  /** Off by default: it reads the stream once more. Holds what arrives from the day on which it is turned on. */
  readonly archive?: ArchiveInput;
  /** Off by default: counts are kept without end. */
  readonly retention?: RetentionInput;
  readonly access?: AccessInput;
  readonly alarms?: readonly AlarmInput[];
  /** Alarms on the parts of the source: functions that fall behind or fail, what is set aside, the cap on series. Default true. */
  readonly systemAlarms?: boolean | SystemAlarmsInput;
}

/** What `tidemark.config.ts` exports. */
export interface TidemarkInput {
  /** By name: small letters, digits and single hyphens, beginning with a letter, 31 characters at most. */
  readonly sources: Readonly<Record<string, SourceInput>>;
  /** Of all sources: what each keeps is its own `retention`. */
  readonly prune?: PruneInput;
  readonly escalation?: EscalationInput;
}
