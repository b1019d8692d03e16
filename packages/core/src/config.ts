import type { TidemarkInput } from './config/input.ts';
import type { AlarmSettings, EscalationSettings } from './incidents/settings.ts';
import type { BucketSize } from './series/bucket.ts';
import type { SpanSize } from './series/key.ts';

/** Own keys to follow from the event's root: `['detail', 'type']`. Users may write `'detail.type'`. */
export type FieldPath = readonly string[];

export interface EventFields {
  readonly name: FieldPath;
  readonly time: FieldPath;
  /** What a window adds up; absent where the source has no window. An event without one of them is quarantined, whoever reads it. */
  readonly measures?: readonly Measure[];
}

/** A number of the event, under the name that rows, columns and metrics have for it. */
export interface Measure {
  /** A letter, then letters and digits: `distance`. */
  readonly name: string;
  readonly path: FieldPath;
}

/** A tumbling window of arrival time. */
export interface Window {
  /** 1 to 900. Windows start at multiples of it since the epoch. */
  readonly seconds: number;
}

/**
 * How records are read, by arrival time: a change of the fields takes effect from a stated arrival time, so that a
 * retry and a recount read a record as the first attempt did. Ascending; the first holds from the beginning.
 */
export interface EventRevision {
  /** Arrival time in milliseconds since the epoch; 0 for the first. */
  readonly fromMs: number;
  readonly event: EventFields;
}

/** What counting, windows and publishing know of a source: plain JSON, bundled beside the handlers as `source.json`. */
export interface Source {
  readonly name: string;
  /** At least one, ascending by `fromMs`, the first with 0. */
  readonly revisions: readonly EventRevision[];
  /** Smallest first; none where the source has a window only. */
  readonly buckets: readonly BucketSize[];
  /** Absent where the source has buckets only. */
  readonly window?: Window;
  /** The cap that handlers record in the catalogue, from a stated arrival time on. */
  readonly maxSeries: number;
}

export interface StreamSettings {
  /** An existing stream, or undefined: one is made. */
  readonly arn?: string;
  /** Undefined: on demand. */
  readonly shards?: number;
  readonly retentionHours: number;
  /** `aws` is the key that Kinesis keeps for the account; an ARN is one's own KMS key. */
  readonly encryption: 'aws' | 'none' | (string & {});
}

export interface TableSettings {
  /** `on-demand`, or provisioned units. */
  readonly billing: 'on-demand' | { readonly readUnits: number; readonly writeUnits: number };
  readonly pointInTimeRecovery: boolean;
  /** Undefined: as the stage says. */
  readonly deletionProtection?: boolean;
  readonly encryption: 'owned' | 'aws' | (string & {});
}

export interface FunctionSettings {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  readonly bisectOnError: boolean;
  /** -1: without end. */
  readonly retries: number;
  /** -1: without end. */
  readonly maximumRecordAgeSeconds: number;
  readonly reservedConcurrency?: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly logRetentionDays: number;
}

/** A window, and the function that adds it up. */
export interface WindowSettings extends Window, FunctionSettings {}

/** The archive of the records as they came: the function that writes it, and what becomes of its objects. */
export interface ArchiveSettings extends FunctionSettings {
  /** Days after which an object moves to colder storage. Absent: it is gone before. */
  readonly coldAfterDays?: number;
  /** Days after which an object is deleted. Absent: never. */
  readonly expireAfterDays?: number;
}

export interface AccessSettings {
  /** ARNs of principals that may put records on the stream. */
  readonly producers: readonly string[];
  /** ARNs of principals that may read the tables. */
  readonly readers: readonly string[];
  /** ARNs of principals that may start runs, cancel them and put on the stream anew what was set aside. */
  readonly operators: readonly string[];
  readonly permissionsBoundary?: string;
  readonly rolePath?: string;
}

/** From when on the parts of a source are in trouble. False: that is not watched. */
export interface SystemAlarmSettings {
  /** How much older than its batching window the records are that a function gets, milliseconds. */
  readonly lagMs: number | false;
  /** How far the slowest reader of the stream is behind it, milliseconds. */
  readonly freshnessMs: number | false;
  /** How many records may be set aside in five minutes. */
  readonly quarantined: number | false;
}

/** A source with every default filled in: what infra composes. */
export interface SourceSettings extends Source {
  readonly stream: StreamSettings;
  readonly table: TableSettings;
  /** Of the function that counts buckets; nothing is made of it where there are none. */
  readonly count: FunctionSettings;
  readonly window?: WindowSettings;
  readonly publish: FunctionSettings;
  /** Absent: nothing is archived. */
  readonly archive?: ArchiveSettings;
  readonly access: AccessSettings;
  /** How long counters are kept, in milliseconds, by size; a size that is missing is kept without end. */
  readonly retentionMs: Readonly<Partial<Record<SpanSize, number>>>;
  /** On its series. */
  readonly alarms: readonly AlarmSettings[];
  /** On its own parts; false where they are not watched. */
  readonly systemAlarms: SystemAlarmSettings | false;
}

/** How and when the sources of a stage are pruned that have a retention. */
export interface StagePruneSettings {
  /** An expression of EventBridge Scheduler: `cron(30 3 * * ? *)`. */
  readonly schedule: string;
  /** The IANA time zone of the schedule. */
  readonly zone: string;
  /** The most that pruning writes of one source, in DynamoDB's write units a second: the rest is counting's. */
  readonly writeUnitsPerSecond: number;
  /** How long a generation that is no longer true is kept after the run that replaced it has ended, so that it can be undone. Milliseconds. */
  readonly keepReplacedMs: number;
}

/** The whole configuration, validated. */
export interface Tidemark {
  readonly sources: readonly SourceSettings[];
  readonly prune: StagePruneSettings;
  readonly escalation: EscalationSettings;
}

/**
 * Types `tidemark.config.ts` and returns it as it is; `resolveTidemark` checks it where it is used, so that its mistakes show once
 * and all together.
 *
 * @example
 * export default defineTidemark({
 *   sources: { web: { event: { name: 'event_type', time: 'utc_timestamp' } } },
 * });
 */
export function defineTidemark(input: TidemarkInput): TidemarkInput {
  return input;
}
