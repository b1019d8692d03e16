import type { Batch } from '../counting.ts';
import { fateOf } from '../reference.ts';
import type { ReplayScenario } from './scenario.ts';
import type { ReplayStore } from './store.ts';
import type { Stream } from './stream.ts';

/** What one record adds to a bucket. */
export interface Share {
  readonly place: number;
  readonly record: number;
  readonly count: number;
}

/** Who was given a record: nobody, somebody whose invocation failed, or somebody who has wholly written it. */
type Given = 0 | 1 | 2;

/** The events that were sent, bucket by bucket, and by whom each of their records was handled. Shares no code with the counting. */
export class Truth {
  readonly #scenario: Pick<ReplayScenario, 'shards' | 'source'>;
  readonly #store: ReplayStore;
  readonly #stream: Stream;
  readonly #live: Given[][];
  /** By generation. */
  readonly #recounts = new Map<number, Given[][]>();
  /** `<generation> <place> <record>` of what was given after a later record. */
  readonly #late = new Set<string>();
  #index: { readonly of: unknown; readonly shares: ReadonlyMap<string, readonly Share[]> } | undefined;

  constructor(scenario: Pick<ReplayScenario, 'shards' | 'source'>, store: ReplayStore, stream: Stream) {
    this.#scenario = scenario;
    this.#store = store;
    this.#stream = stream;
    this.#live = this.#nobody();
  }

  /** A batch was handed over, or wholly written. `generation` undefined: to live counting. */
  handed({ place, from, to }: Batch, isWritten: boolean, generation: number | undefined): void {
    const given = generation === undefined ? this.#live : this.#recount(generation);
    const column = given[place] as Given[];
    // What comes after a later record, since an object of the archive was missing, meets fences that have passed it: some of it is counted, some is not.
    const last = column.findLastIndex((each) => each > 0);
    for (let record = from; record < to; record += 1) {
      if (column[record] === 0 && record < last) {
        this.#late.add(`${generation} ${place} ${record}`);
      }
      const isWhole = isWritten && !this.#late.has(`${generation} ${place} ${record}`);
      column[record] = Math.max(column[record] as Given, isWhole ? 2 : 1) as Given;
    }
  }

  /** Whether a record was ever given to live counting or to the recount of the generation that it counts into. */
  isGiven(generation: number, { place, record }: Pick<Share, 'place' | 'record'>): boolean {
    return this.#given(generation, place, record) > 0;
  }

  /** Whether a record left the stream before the counters of a generation came to it, or while they tried in vain: they have gone past it. */
  isLost(generation: number, { place, record }: Pick<Share, 'place' | 'record'>): boolean {
    const isGiven = (at: number): boolean => this.isGiven(generation, { place, record: at });
    const isHalf = this.#given(generation, place, record) === 1 && record < this.#stream.horizon(place);
    return (isHalf || !isGiven(record)) && this.#isPassed(place, record, isGiven);
  }

  /** The same of a recount alone, whatever live counting was given. */
  isLostByRecount(generation: number, { place, record }: Pick<Share, 'place' | 'record'>): boolean {
    const column = this.#recounts.get(generation)?.[place] ?? [];
    const isGiven = (at: number): boolean => (column[at] ?? 0) > 0;
    return column[record] !== 2 && this.#isPassed(place, record, isGiven);
  }

  #isPassed(place: number, record: number, isGiven: (record: number) => boolean): boolean {
    const records = this.#scenario.shards[place]?.records ?? [];
    return records.some((_, later) => later > record && isGiven(later));
  }

  /** 0: nobody has given the record to live counting, 2: it has wholly written it. */
  givenToLive(place: number, record: number): Given {
    return this.#live[place]?.[record] ?? 0;
  }

  /** Whether it is `ms`, and live counting has wholly written every record that arrived before, or never will. */
  isCountedUntil(ms: number, nowMs: number): boolean {
    return (
      nowMs > ms &&
      this.#scenario.shards.every(({ records }, place) =>
        records.every(({ arrivalMs }, record) => arrivalMs >= ms || this.givenToLive(place, record) === 2),
      )
    );
  }

  /** What the records of one shard add to a bucket. */
  shares(bucket: string, place: number): readonly Share[] {
    return (this.#shares().get(bucket) ?? []).filter((share) => share.place === place);
  }

  /** The buckets that events were sent to: `<series>|<size>#<start>`. */
  get buckets(): Iterable<string> {
    return this.#shares().keys();
  }

  /** Events of a bucket that had arrived by `nowMs`. */
  sent(bucket: string, nowMs: number): number {
    return this.#sum(bucket, ({ place, record }) => this.#record(place, record).visibleMs <= nowMs);
  }

  /**
   * What a generation must hold of a bucket when it is the true one: what live counting or its recount were ever given. Undefined where
   * a record left the stream while it was half counted.
   */
  total(bucket: string, generation: number): number | undefined {
    const given = ({ place, record }: Share): Given => this.#given(generation, place, record);
    const isUnsure = (this.#shares().get(bucket) ?? []).some((share) => given(share) === 1);
    return isUnsure ? undefined : this.#sum(bucket, (share) => given(share) === 2);
  }

  /** What a partial of a generation holds whose fence stands at `sequence`: events, and the last of its records. */
  partial(
    bucket: string,
    place: number,
    generation: number,
    sequence: number,
  ): { readonly count: number; readonly last: number | undefined } {
    let count = 0;
    let last: number | undefined;
    for (const share of this.shares(bucket, place)) {
      const record = this.#record(place, share.record);
      if (record.sequence <= sequence && this.isGiven(generation, share)) {
        count += share.count;
        last = record.sequence;
      }
    }
    return { count, last };
  }

  #given(generation: number, place: number, record: number): Given {
    const byLive = this.#live[place]?.[record] as Given;
    return Math.max(byLive, this.#recounts.get(generation)?.[place]?.[record] ?? 0) as Given;
  }

  #sum(bucket: string, isMeant: (share: Share) => boolean): number {
    let sum = 0;
    for (const share of this.#shares().get(bucket) ?? []) {
      sum += isMeant(share) ? share.count : 0;
    }
    return sum;
  }

  /** Made anew when a decision was taken: caps and floors decide what becomes of an event. */
  #shares(): ReadonlyMap<string, readonly Share[]> {
    const { current } = this.#store;
    const of = `${current.catalogue?.Names} ${JSON.stringify([current.catalogue?.Caps, current.floors])}`;
    if (this.#index?.of !== of) {
      this.#index = { of, shares: this.#allShares() };
    }
    return this.#index.shares;
  }

  #allShares(): Map<string, Share[]> {
    const shares = new Map<string, Share[]>();
    for (const [place, { records }] of this.#scenario.shards.entries()) {
      for (const [at, record] of records.entries()) {
        for (const part of record.parts) {
          const fate = fateOf(part, record, this.#scenario.source.buckets, this.#store.current);
          for (const key of fate.kind === 'Counted' ? fate.keys : []) {
            add(shares, key.replace(firstGenerationPart, '#'), { place, record: at, count: 1 });
          }
        }
      }
    }
    return shares;
  }

  #recount(generation: number): Given[][] {
    const given = this.#recounts.get(generation) ?? this.#nobody();
    this.#recounts.set(generation, given);
    return given;
  }

  #nobody(): Given[][] {
    return this.#scenario.shards.map(({ records }) => records.map(() => 0 as Given));
  }

  #record(place: number, record: number) {
    const found = this.#scenario.shards[place]?.records[record];
    if (found === undefined) {
      throw new RangeError(`no record ${record} on shard ${place}`);
    }
    return found;
  }
}

const firstGenerationPart = '#0000#';

function add(shares: Map<string, Share[]>, bucket: string, share: Share): void {
  const list = shares.get(bucket);
  if (list === undefined) {
    shares.set(bucket, [share]);
  } else {
    list.push(share);
  }
}
