import type { BucketSize } from '@tidemark/core/series/bucket';

/** What must become of a record, said by whoever made it. */
export type Fate =
  | { readonly kind: 'event'; readonly name: string; readonly timeMs: number }
  | { readonly kind: 'quarantined'; readonly column: 'Malformed' | 'TooOld' | 'TooNew' };

/** A record that was put, and where it stands. */
export interface SentRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly fate: Fate;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Engine time before and after the call that put it. */
  readonly arrivalMs: { readonly from: number; readonly to: number };
}

/** What the counting rules ask besides the records. */
export interface Rules {
  readonly source: string;
  readonly sizes: readonly BucketSize[];
  /** Buckets that start before this take nothing; milliseconds since the epoch. */
  readonly floorMs: Readonly<Partial<Record<BucketSize, number>>>;
  /** Whether a name has a series of its own. */
  readonly isSeries: (name: string) => boolean;
}

export interface ExpectedPartial {
  count: number;
  lastSequence: string;
}

export interface ExpectedLedger {
  Received: number;
  Counted: number;
  Quarantined: number;
  Malformed: number;
  TooOld: number;
  TooNew: number;
  OverCap: number;
}

/** Everything that must stand in the tables and in the bucket, and nothing else. */
export interface Expected {
  /** By `<EventName> <Bucket>`, the two keys of the Series table. */
  readonly partials: ReadonlyMap<string, ExpectedPartial>;
  /** By the sort key of the Control table. */
  readonly ledgers: ReadonlyMap<string, ExpectedLedger>;
  /** Fences by the sort key of the Control table. */
  readonly checkpoints: ReadonlyMap<string, string>;
  /** By the object's key. */
  readonly quarantine: ReadonlyMap<string, SentRecord>;
}

/** Spans written out once more, so that a mistake in the counting code's own table cannot hide itself. */
const spanMs: Readonly<Record<BucketSize, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

/** Adds up what was sent, with plain maps and none of the counting code. */
export function expectedOf(sent: readonly SentRecord[], rules: Rules): Expected {
  const partials = new Map<string, ExpectedPartial>();
  const ledgers = new Map<string, ExpectedLedger>();
  const checkpoints = new Map<string, string>();
  const quarantine = new Map<string, SentRecord>();
  for (const record of sent) {
    const { fate, shardId, sequenceNumber, arrivalMs } = record;
    const day = new Date(arrivalMs.from).toISOString().slice(0, 10);
    const ledger = entry(ledgers, `LEDGER#count#${day}#${shardId}`, emptyLedger);
    ledger.Received += 1;
    raise(checkpoints, `CHECKPOINT#count#${shardId}`, fenceOf(sequenceNumber));
    if (fate.kind === 'quarantined') {
      ledger.Quarantined += 1;
      ledger[fate.column] += 1;
      quarantine.set(`quarantine/${rules.source}/${day}/${shardId}/${sequenceNumber}-0.json`, record);
      continue;
    }
    ledger.Counted += 1;
    const isSeries = rules.isSeries(fate.name);
    if (!isSeries) ledger.OverCap += 1;
    for (const size of rules.sizes) {
      const startMs = fate.timeMs - (fate.timeMs % spanMs[size]);
      if (startMs < (rules.floorMs[size] ?? Number.NEGATIVE_INFINITY)) continue;
      const start = `${new Date(startMs).toISOString().slice(0, 19)}Z`;
      const key = `${isSeries ? fate.name : '$other'} ${size}#0000#${start}#${shardId.slice('shardId-'.length)}`;
      const partial = entry(partials, key, () => ({ count: 0, lastSequence: '' }));
      partial.count += 1;
      partial.lastSequence = later(partial.lastSequence, fenceOf(sequenceNumber));
    }
  }
  return { partials, ledgers, checkpoints, quarantine };
}

/** `056:495…`: the length in front, so that the order of strings is the order of numbers. */
function fenceOf(sequenceNumber: string): string {
  return `${String(sequenceNumber.length).padStart(3, '0')}:${sequenceNumber}`;
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

function raise(fences: Map<string, string>, key: string, fence: string): void {
  fences.set(key, later(fences.get(key) ?? '', fence));
}

function emptyLedger(): ExpectedLedger {
  return { Received: 0, Counted: 0, Quarantined: 0, Malformed: 0, TooOld: 0, TooNew: 0, OverCap: 0 };
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
