import type { BucketSize } from '@tidemark/core/series/bucket';
import { ExpectedFigures } from './expected-figures.ts';
import type { SentRecord } from './sent.ts';

/** What the counting rules ask besides the records. */
export interface Rules {
  readonly source: string;
  readonly sizes: readonly BucketSize[];
  /** Length of the source's window; absent where it has none. */
  readonly windowSeconds?: number | undefined;
  /** Buckets that start before this take nothing that arrives then; milliseconds since the epoch. */
  readonly floorAt: (size: BucketSize, arrivalMs: number) => number;
  /** Whether a name has a series of its own. */
  readonly isSeries: (name: string) => boolean;
  /** While windows are open: the fence that a partial has, by its two keys. What lies past it is not written yet. */
  readonly fenceOf?: (partial: string) => string | undefined;
}

export interface ExpectedPartial {
  count: number;
  lastSequence: string;
  /** Of a window: by the names of measures. */
  readonly figures?: Map<string, ExpectedFigures>;
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

export interface ExpectedCheckpoint {
  readonly lastSequence: string;
  readonly arrivalMs: number;
}

/** Everything that must stand in the tables and in the bucket, and nothing else. */
export interface Expected {
  /** By `<EventName> <Bucket>`, the two keys of the Series table. */
  readonly partials: ReadonlyMap<string, ExpectedPartial>;
  /** By the sort key of the Control table, of every consumer that the source has. */
  readonly ledgers: ReadonlyMap<string, ExpectedLedger>;
  /** By the sort key of the Control table. */
  readonly checkpoints: ReadonlyMap<string, ExpectedCheckpoint>;
  /** By the object's key: one for all consumers. */
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

/** Adds up what was sent, record by record, with plain maps and none of the counting code. */
export class Expectation implements Expected {
  readonly partials = new Map<string, ExpectedPartial>();
  readonly ledgers = new Map<string, ExpectedLedger>();
  readonly checkpoints = new Map<string, ExpectedCheckpoint>();
  readonly quarantine = new Map<string, SentRecord>();
  readonly #rules: Rules;
  readonly #consumers: readonly string[];

  constructor(rules: Rules) {
    this.#rules = rules;
    this.#consumers = [
      ...(rules.sizes.length > 0 ? ['count'] : []),
      ...(rules.windowSeconds === undefined ? [] : ['window']),
    ];
  }

  add(sent: SentRecord): void {
    const record = this.#aged(sent);
    const { fate, shardId, sequenceNumber, arrivalMs } = record;
    const day = new Date(arrivalMs).toISOString().slice(0, 10);
    for (const consumer of this.#consumers) {
      tally(entry(this.ledgers, `LEDGER#${consumer}#${day}#${shardId}`, emptyLedger), record, this.#rules);
      this.#reach(`CHECKPOINT#${consumer}#${shardId}`, { lastSequence: fenceOf(sequenceNumber), arrivalMs });
    }
    if (fate.kind === 'quarantined') {
      this.quarantine.set(`quarantine/${this.#rules.source}/${day}/${shardId}/${sequenceNumber}-0.json`, record);
    } else {
      const fence = fenceOf(sequenceNumber);
      for (const key of partialKeys(record, fate, this.#rules)) {
        const isWritten = this.#rules.fenceOf === undefined || fence <= (this.#rules.fenceOf(key) ?? '');
        if (isWritten) addEvent(this.partials, key, fence, fate);
      }
    }
  }

  /** Whether an event is too old follows from when it arrived, which nobody knows who puts it. */
  #aged(record: SentRecord): SentRecord {
    const { fate } = record;
    const { sizes, windowSeconds } = this.#rules;
    if (fate.kind !== 'event' || sizes.length === 0) return record;
    const isKept = [...partialKeys(record, fate, this.#rules)].length > (windowSeconds === undefined ? 0 : 1);
    return isKept ? record : { ...record, fate: { kind: 'quarantined', column: 'TooOld' } };
  }

  #reach(key: string, checkpoint: ExpectedCheckpoint): void {
    const before = this.checkpoints.get(key)?.lastSequence ?? '';
    if (checkpoint.lastSequence > before) this.checkpoints.set(key, checkpoint);
  }
}

type Event = SentRecord['fate'] & { readonly kind: 'event' };

function tally(ledger: ExpectedLedger, { fate }: SentRecord, { isSeries }: Rules): void {
  ledger.Received += 1;
  if (fate.kind === 'quarantined') {
    ledger.Quarantined += 1;
    ledger[fate.column] += 1;
  } else {
    ledger.Counted += 1;
    if (!isSeries(fate.name)) ledger.OverCap += 1;
  }
}

/** The partials that an event is counted in: of every bucket that still takes it, and of the window that it arrived in. */
function* partialKeys({ shardId, arrivalMs }: SentRecord, { name, timeMs }: Event, rules: Rules): Generator<string> {
  const series = rules.isSeries(name) ? name : '$other';
  const slice = shardId.slice('shardId-'.length);
  const key = (size: string, startMs: number) => `${series} ${size}#0000#${instant(startMs)}#${slice}`;
  for (const size of rules.sizes) {
    const startMs = timeMs - (timeMs % spanMs[size]);
    if (startMs >= rules.floorAt(size, arrivalMs)) yield key(size, startMs);
  }
  const { windowSeconds } = rules;
  if (windowSeconds !== undefined) yield key(`w${windowSeconds}`, arrivalMs - (arrivalMs % (windowSeconds * 1000)));
}

function addEvent(partials: Map<string, ExpectedPartial>, key: string, fence: string, { measures = {} }: Event): void {
  const isWindow = / w\d+#0000#/.test(key);
  const partial = entry(partials, key, () => ({
    count: 0,
    lastSequence: '',
    ...(isWindow ? { figures: new Map<string, ExpectedFigures>() } : {}),
  }));
  partial.count += 1;
  partial.lastSequence = fence > partial.lastSequence ? fence : partial.lastSequence;
  if (partial.figures === undefined) return;
  for (const [measure, value] of Object.entries(measures)) {
    entry(partial.figures, measure, () => new ExpectedFigures()).add(value);
  }
}

/** `056:495…`: the length in front, so that the order of strings is the order of numbers. */
export function fenceOf(sequenceNumber: string): string {
  return `${String(sequenceNumber.length).padStart(3, '0')}:${sequenceNumber}`;
}

function instant(startMs: number): string {
  return `${new Date(startMs).toISOString().slice(0, 19)}Z`;
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
