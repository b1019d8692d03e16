import type { Floors } from '../control/floors.ts';
import type { SpanSize } from '../series/key.ts';
import { ageOf } from './age.ts';
import { CallData } from './call-data.ts';
import type { Change, TableStreamRecord } from './change.ts';
import { readChange } from './change.ts';
import type { Datum } from './datum.ts';
import type { Position } from './position.ts';
import { positionOf } from './position.ts';
import type { PublishedSpans } from './spans.ts';
import type { PublishTally } from './tally.ts';
import { emptyTally } from './tally.ts';

/**
 * One PutMetricData call: everything that a run of consecutive records of the batch says. The calls of a batch follow
 * one another without a gap, so that after each of them everything up to its last record is published.
 */
export interface PublishCall {
  /** Empty when the run holds nothing to publish: then there is no call to make. */
  readonly data: readonly Datum[];
  /** Of the run's records, in order; at least one. */
  readonly positions: readonly Position[];
  /** When the run's last change was made, milliseconds since the epoch, as DynamoDB tells it: to the second. */
  readonly changedMs: number;
  readonly tally: PublishTally;
}

export interface PublishPlan {
  readonly source: string;
  readonly spans: PublishedSpans;
  /** Nothing that starts below a floor is put, whatever arrived when: whoever has written it, the metric had it before. */
  readonly floors: Pick<Floors, 'highestFloor'>;
  readonly nowMs: number;
}

/** The fewest calls, in order, that publish `records`, which come from one shard of the table's stream, in its order. */
export function planCalls(records: readonly TableStreamRecord[], plan: PublishPlan): PublishCall[] {
  const calls: PublishCall[] = [];
  let run = new Run(plan);
  for (const record of records) {
    if (run.add(record)) continue;
    calls.push(run.end());
    run = new Run(plan);
    run.add(record);
  }
  if (records.length > 0) calls.push(run.end());
  return calls;
}

class Run {
  readonly #plan: PublishPlan;
  readonly #data: CallData;
  /** Of the published bucket and window. Milliseconds since the epoch. */
  readonly #floors: { readonly bucket: number; readonly window: number };
  readonly #positions: Position[] = [];
  #changedSeconds = 0;
  #tally: { -readonly [field in keyof PublishTally]: number } = { ...emptyTally };

  constructor(plan: PublishPlan) {
    this.#plan = plan;
    this.#data = new CallData(plan.source);
    const floorOf = (size: SpanSize | undefined): number =>
      size === undefined ? Number.NEGATIVE_INFINITY : plan.floors.highestFloor(size);
    this.#floors = { bucket: floorOf(plan.spans.bucket), window: floorOf(plan.spans.window) };
  }

  /** False, and nothing changed, when the record would burst the call. The first record always fits. */
  add(record: TableStreamRecord): boolean {
    if (!this.#addChange(readChange(record, this.#plan.spans))) return false;
    this.#positions.push(positionOf(record));
    this.#changedSeconds = record.dynamodb?.ApproximateCreationDateTime ?? this.#changedSeconds;
    return true;
  }

  #addChange(change: Change): boolean {
    switch (change.kind) {
      case 'counted':
        return this.#addCount(change);
      case 'measured':
        return this.#addFigures(change);
      case 'recount':
        this.#tally.Recounted += 1;
        return true;
      case 'removed':
        this.#tally.Removed += 1;
        return true;
      case 'foreign':
        this.#tally.Foreign += 1;
        return true;
      case 'other-size':
        return true;
    }
  }

  #addCount({ name, startMs, delta }: Change & { readonly kind: 'counted' }): boolean {
    if (this.#isRefused(startMs, this.#floors.bucket, delta)) return true;
    if (!this.#data.addCount(name, startMs, delta)) return false;
    this.#tally.Published += delta;
    return true;
  }

  #addFigures({ name, startMs, readings, measured }: Change & { readonly kind: 'measured' }): boolean {
    if (this.#isRefused(startMs, this.#floors.window, readings)) return true;
    const outcome = this.#data.addFigures(name, startMs, measured);
    if (outcome === 'added') this.#tally.Readings += readings;
    else if (outcome === 'refused') this.#tally.Foreign += 1;
    return outcome !== 'full';
  }

  /** Whether nothing is put for that time, below the floor or where CloudWatch takes none; then it is tallied. */
  #isRefused(startMs: number, floorMs: number, amount: number): boolean {
    if (startMs < floorMs) {
      this.#tally.Pruned += amount;
      return true;
    }
    const age = ageOf(startMs, this.#plan.nowMs);
    if (age === 'too-old') this.#tally.TooOld += amount;
    else if (age === 'too-new') this.#tally.TooNew += amount;
    return age !== 'publishable';
  }

  end(): PublishCall {
    if (this.#positions.length === 0) throw new Error('a run of no records');
    return {
      data: this.#data.data(),
      positions: this.#positions,
      changedMs: Math.round(this.#changedSeconds * 1000),
      tally: this.#tally,
    };
  }
}
