import type { StreamConsumer } from '../control/keys.ts';
import type { SpanSize } from '../series/key.ts';

/** What the steps of a prune or a restore need to know of a source. Infra puts it into the definition of the state machine, one a source. */
export interface PruneSettings {
  readonly source: string;
  /** Names of the tables, and of the bucket that holds archive, quarantine, reports and exports. */
  readonly seriesTable: string;
  readonly controlTable: string;
  readonly bucket: string;
  readonly streamArn: string;
  /** Of buckets, smallest first, and of the window: `w60`. */
  readonly sizes: readonly SpanSize[];
  /** How long counters are kept, in milliseconds, by size; a size that is missing is kept without end. */
  readonly retentionMs: Readonly<Partial<Record<SpanSize, number>>>;
  /** How long a generation that is no longer true is kept after the run that replaced it has ended. Milliseconds. */
  readonly keepReplacedMs: number;
  /** What all children of the map together may write, in DynamoDB's write units a second. */
  readonly writeUnitsPerSecond: number;
  /** From the moment when everything is counted that the floor does not keep out, until no invocation that began before can still write. */
  readonly drainSeconds: number;
  /** Who counts the source's stream. */
  readonly consumers: readonly StreamConsumer[];
}
