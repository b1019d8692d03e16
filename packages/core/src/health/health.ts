import { controlItems, type StreamReader } from '../control/keys.ts';
import type { Health } from './datum.ts';
import { backwardsMsMax } from './peek.ts';
import { type QuarantinedItem, quarantinedFrom } from './quarantined.ts';
import { behindMs, type ReaderProgress } from './reader.ts';

/** A reader of a source's stream, as it is deployed. */
export interface WatchedReader {
  readonly reader: StreamReader;
  /** How long a record may wait for it although all is well: in its batching window, and in the state of a window. Milliseconds. */
  readonly restMs: number;
}

/** Arrival times up to which each reader has handled every shard, milliseconds since the epoch. */
export type ReadThrough = Readonly<Partial<Record<StreamReader, number>>>;

/** Item `HEALTH` of the Control table, without its keys: the last look at a source. */
export interface HealthItem {
  /** When it began. */
  readonly LookedMs: number;
  /** ARN of the stream: of another one it says nothing. */
  readonly Stream: string;
  readonly ThroughMs: ReadThrough;
  /** The first arrival day whose ledgers may still change: `2026-11-20`. */
  readonly FromDay: string;
  /** What those ledgers had set aside. */
  readonly Quarantined: number;
}

/** What a look at a source has read. */
export interface SourceLook {
  readonly stream: string;
  /** Before its shards were listed. */
  readonly begunMs: number;
  readonly readers: readonly (WatchedReader & ReaderProgress)[];
}

export function healthKey(source: string): { readonly Source: string; readonly Item: string } {
  return { Source: source, Item: controlItems.health };
}

/** What the last look says of how far the readers of this stream are at least. A clock that was set back makes nothing of it. */
export function readThrough(last: HealthItem | undefined, stream: string, nowMs: number): ReadThrough {
  return last?.Stream === stream && last.LookedMs <= nowMs ? last.ThroughMs : {};
}

/** The first day from which on ledgers are to be read: from then on the last look has seen, or this one will find, that they may change. */
export function ledgersFromDay(last: HealthItem | undefined, look: SourceLook): string {
  const own = changingFromDay(look);
  return last === undefined || last.FromDay > own ? own : last.FromDay;
}

/**
 * What is told of a source, and the item that the next look begins with. It is to be put after that was told: a look that dies in between tells its records
 * once more. `ledgers`: all from `ledgersFromDay` on, read after the shards. The first look tells of no record that was set aside before it.
 */
export function healthOf(
  last: HealthItem | undefined,
  look: SourceLook,
  ledgers: readonly QuarantinedItem[],
): { readonly health: Health; readonly item: HealthItem } {
  const FromDay = changingFromDay(look);
  const more = last === undefined ? 0 : quarantinedFrom(ledgers, last.FromDay) - last.Quarantined;
  return {
    health: {
      freshnessMs: Math.max(0, ...look.readers.map((each) => behindMs(each, each.restMs))),
      // A table that was restored to an earlier time may have fewer.
      quarantined: Math.max(0, more),
    },
    item: {
      ...{ LookedMs: look.begunMs, Stream: look.stream, ThroughMs: throughOf(look), FromDay },
      Quarantined: quarantinedFrom(ledgers, FromDay),
    },
  };
}

/** A shard that was made since its list was read is unknown to the look: what a reader is through with ends before. */
function throughOf({ begunMs, readers }: SourceLook): ReadThrough {
  return Object.fromEntries(
    readers.map(({ reader, completeThroughMs, lookedMs }) => [reader, completeThroughMs - (lookedMs - begunMs)]),
  );
}

/** The ledger of a record is written before its reader's checkpoint: what arrived before every reader's reach changes no more. */
function changingFromDay(look: SourceLook): string {
  const { count = look.begunMs, window = look.begunMs } = throughOf(look);
  return new Date(Math.min(count, window) - backwardsMsMax).toISOString().slice(0, 10);
}
