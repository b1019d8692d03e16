import type { StreamConsumer } from '../control/keys.ts';
import type { BucketSize } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';

/** What the steps of a run need to know of a source. Infra puts it into the definitions of the state machines, one a source. */
export interface ReplaySettings {
  readonly source: string;
  /** Names of the tables, and of the bucket that holds archive, quarantine and reports. */
  readonly seriesTable: string;
  readonly controlTable: string;
  readonly bucket: string;
  readonly streamArn: string;
  /** ARN of the source's `recount` function, the target of its pipes. */
  readonly recountFunction: string;
  readonly pipeRoleArn: string;
  /** What the names of pipes begin with: the stack's name. */
  readonly pipePrefix: string;
  /** Of buckets, smallest first, and of the window: `w60`. */
  readonly sizes: readonly SpanSize[];
  /** The smallest bucket, which is published; absent where the source has a window only. */
  readonly publishSize?: BucketSize;
  readonly window?: { readonly seconds: number; readonly measures: readonly string[] };
  /** The mappings of live counting: what is held before a switch. */
  readonly mappings: readonly MappingOf[];
  /** From the moment when a mapping is disabled until none of its writes can be under way: the longest timeout and the SDK's longest attempt. */
  readonly holdSeconds: number;
  /** The same for the pipe. */
  readonly recountDrainSeconds: number;
  /** Whether the source has an archive. */
  readonly archive: boolean;
}

/** Which event source mapping, by its UUID, hands the stream to a consumer. */
export interface MappingOf {
  readonly consumer: StreamConsumer;
  readonly mapping: string;
}
