import type { BucketSize } from '../series/bucket.ts';

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

/** `'90s'`, `'15m'`, `'4h'`, `'1d'`. */
export type SpanInput = `${number}${'s' | 'm' | 'h' | 'd'}`;

/**
 * An alarm on one series, with one of `above`, `below`, `missing` and `anomalous`:
 *
 *     { series: 'page view', below: 5, per: '1m', for: 3, severity: 'critical' }
 *     { series: 'order', missing: '15m' }
 */
export interface AlarmInput {
  /** The name that its events have. */
  readonly series: string;
  /** A measure of the window. Absent: events are counted. */
  readonly measure?: string;
  /** What of the measure is compared. Default `'sum'`. */
  readonly statistic?: 'sum' | 'average' | 'minimum' | 'maximum' | 'count';
  readonly above?: number;
  /** No data at all are below it as well. */
  readonly below?: number;
  /** Nothing for so long, up to a day, or up to 7d in whole hours. */
  readonly missing?: SpanInput;
  /** Out of the band of so many standard deviations around what CloudWatch expects, up to 10. */
  readonly anomalous?: number;
  /** On which side of the band. Default `'both'`. */
  readonly direction?: 'above' | 'below' | 'both';
  /** Default: the size that is published. */
  readonly per?: '1m' | '5m' | '15m' | '1h' | '6h' | '1d';
  /** How many periods in a row, or how many of the last. Default 1. */
  readonly for?: number | { readonly datapoints: number; readonly of: number };
  /** Default `'high'`. */
  readonly severity?: 'critical' | 'high' | 'low';
  /** Default: made of the rest. */
  readonly name?: string;
}

export interface TierInput {
  /** `'email:oncall@example.org'`, `'sms:+4915112345678'`, an address that begins with `https://`, or the ARN of an SNS topic of your own. */
  readonly notify: readonly string[];
  /** How long to wait for an answer before going on, 1m to 24h. Default `'15m'`. */
  readonly acknowledgeWithin?: SpanInput;
  /** How many times it is told in a round, 1 to 10. Default 1. */
  readonly repeat?: number;
  /** What it is told of. Default: all. */
  readonly severities?: readonly ('critical' | 'high' | 'low')[];
  /** When it may be told. Default: always. */
  readonly hours?: {
    /** `'mon-fri'` (default), `'sat,sun'`. */
    readonly days?: string;
    /** `'08:00'` */
    readonly from: string;
    /** `'18:00'`; before `from` it is on the next day. */
    readonly to: string;
    /** By its name of IANA. Default `'UTC'`. */
    readonly zone?: string;
  };
}

/** Nobody is told of alarms that turn on meanwhile. */
export interface MaintenanceInput {
  /** Six fields, as EventBridge has them: `'0 2 ? * SUN *'`. */
  readonly cron: string;
  /** From 1m to 7d. */
  readonly for: SpanInput;
  /** By its name of IANA. Default `'UTC'`. */
  readonly zone?: string;
  /** Default: all. */
  readonly sources?: readonly string[];
}

/** Who is told of alarms, one tier after the other, until somebody answers. */
export interface EscalationInput {
  /** Default: none, and nobody is told. */
  readonly tiers?: readonly TierInput[];
  /** How often to go through the tiers, 1 to 10. Default 2. */
  readonly rounds?: number;
  /** An alarm that was answered, or that nobody answered, is raised again when it is still on after so long, 10m to 7d. Default `'4h'`. */
  readonly raiseAgainAfter?: SpanInput;
  /** How long messages wait for others to go with, 1s to 5m. Default `'20s'`. */
  readonly gather?: SpanInput;
  /** An alarm that turns on again so soon belongs to the same incident, 1m to 24h. Default `'15m'`. */
  readonly joinWithin?: SpanInput;
  readonly maintenance?: readonly MaintenanceInput[];
  /** Your own runbook, an https URL to which `#<anchor>` is added. Default: the page that the stage serves. */
  readonly runbook?: string;
}

/** From when on the parts of a source are in trouble; `false`: that is not watched. */
export interface SystemAlarmsInput {
  /** How old the records are that a function gets, beyond its batching window, 1m to 7d. Default `'10m'`. */
  readonly lag?: SpanInput | false;
  /** How far the slowest reader of the stream is behind what is on it, 1m to 7d. Default `'15m'`. */
  readonly freshness?: SpanInput | false;
  /** How many records may be set aside in five minutes. Default 0. */
  readonly quarantined?: number | false;
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
