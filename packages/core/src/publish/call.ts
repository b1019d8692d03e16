import { metricBytesPerCallMax, metricsPerCallMax } from '../limits.ts';
import type { BucketSize } from '../series/bucket.ts';
import { ageOf } from './age.ts';
import type { TableStreamRecord } from './change.ts';
import { readChange } from './change.ts';
import type { Datum } from './datum.ts';
import { datumBytesMax, makeDatum } from './datum.ts';
import type { Position } from './position.ts';
import { positionOf } from './position.ts';
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
  /** The smallest configured bucket size. */
  readonly size: BucketSize;
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

interface Sum {
  readonly name: string;
  readonly startMs: number;
  delta: number;
}

class Run {
  readonly #plan: PublishPlan;
  readonly #sums = new Map<string, Sum>();
  #bytes = 0;
  readonly #positions: Position[] = [];
  #changedSeconds = 0;
  #tally: { -readonly [field in keyof PublishTally]: number } = { ...emptyTally };

  constructor(plan: PublishPlan) {
    this.#plan = plan;
  }

  /** False, and nothing changed, when the record would burst the call. The first record always fits. */
  add(record: TableStreamRecord): boolean {
    const change = readChange(record, this.#plan.size);
    if (change.kind === 'counted') {
      if (!this.#addDelta(change.name, change.startMs, change.delta)) return false;
    } else if (change.kind === 'recount') this.#tally.Recounted += 1;
    else if (change.kind === 'removed') this.#tally.Removed += 1;
    else if (change.kind === 'foreign') this.#tally.Foreign += 1;

    this.#positions.push(positionOf(record));
    this.#changedSeconds = record.dynamodb?.ApproximateCreationDateTime ?? this.#changedSeconds;
    return true;
  }

  #addDelta(name: string, startMs: number, delta: number): boolean {
    const age = ageOf(startMs, this.#plan.nowMs);
    if (age !== 'publishable') {
      this.#tally[age === 'too-old' ? 'TooOld' : 'TooNew'] += delta;
      return true;
    }
    const key = `${startMs}#${name}`;
    const sum = this.#sums.get(key);
    if (sum) {
      sum.delta += delta;
    } else {
      const bytes = this.#bytes + datumBytesMax(this.#plan.source, name);
      if (this.#sums.size === metricsPerCallMax || bytes > metricBytesPerCallMax) return false;
      this.#bytes = bytes;
      this.#sums.set(key, { name, startMs, delta });
    }
    this.#tally.Published += delta;
    return true;
  }

  end(): PublishCall {
    if (this.#positions.length === 0) throw new Error('a run of no records');
    const data: Datum[] = [];
    for (const { name, startMs, delta } of this.#sums.values()) {
      if (delta !== 0) data.push(makeDatum(this.#plan.source, name, startMs, delta));
    }
    return {
      data,
      positions: this.#positions,
      changedMs: Math.round(this.#changedSeconds * 1000),
      tally: this.#tally,
    };
  }
}
