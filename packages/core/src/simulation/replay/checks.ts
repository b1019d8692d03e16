import { controlItems } from '../../control/keys.ts';
import type { LockStage } from '../../replay/lock.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import { generationOf } from '../../replay/timeline.ts';
import { encodeBucket, sliceOfShard } from '../../series/key.ts';
import { sequenceOf } from '../check.ts';
import type { Findings } from '../invariants.ts';
import { attemptMsMax, timeoutMs } from '../world.ts';
import type { RunContext } from './control.ts';
import type { ReplayInvariant } from './invariants.ts';
import { bucketOf, partialKeyOf } from './partial-keys.ts';
import { PruneChecks } from './prune/checks.ts';
import type { ReplayScenario } from './scenario.ts';
import type { Judged } from './steps/compare.ts';
import type { ReplayStore } from './store.ts';
import type { Truth } from './truth.ts';

/** Of arrivals that reach back so far behind a bucket, every event of the bucket is held. Milliseconds. */
const reachMs = 2 * 60 * 60_000 + 5 * 60_000;

/** Time may leap so far between two requests. Milliseconds. */
const leapMs = 30_000;

/** What must hold at every moment: of the timeline whenever it changes, of comparisons whenever they say something. */
export class ReplayChecks {
  readonly #scenario: ReplayScenario;
  readonly #store: ReplayStore;
  readonly #truth: Truth;
  readonly #findings: Findings<ReplayInvariant>;
  readonly #generations = new Set<number>();
  /** By generation, what has become of its run. */
  readonly #stages = new Map<number, { readonly stage: LockStage; readonly sinceMs: number }>();
  readonly #first = new Map<string, number>();
  readonly #corrected = new Set<string>();
  readonly prunes: PruneChecks;
  /** Partials that were changed by hand, by their keys. */
  readonly damaged = new Set<string>();
  /** Buckets of whose metric nothing is promised: a partial of them was deleted, or a crash between a put and its note made one twice. */
  readonly excused = new Set<string>();

  constructor(scenario: ReplayScenario, store: ReplayStore, truth: Truth, findings: Findings<ReplayInvariant>) {
    this.#scenario = scenario;
    this.#store = store;
    this.#truth = truth;
    this.#findings = findings;
    this.prunes = new PruneChecks(scenario, store, truth, findings);
  }

  /** Counting has a simulation of its own, which looks at what a ledger and a checkpoint say at every moment. */
  ledgerLanded(): void {}

  checkpointLanded(): void {}

  /** Runs that have switched. */
  readonly switched = new Set<string>();

  timelineChanged(before: TimelineItem, after: TimelineItem, nowMs: number): void {
    const { Lock } = after;
    if (Lock?.Stage === 'switched') {
      this.switched.add(Lock.Run);
    }
    if (Lock?.Stage !== before.Lock?.Stage && Lock?.Generation !== undefined) {
      this.#stages.set(Lock.Generation, { stage: Lock.Stage, sinceMs: nowMs });
      if (Lock.Stage === 'switched' && before.Lock?.Stage === 'aborted') {
        this.#findings.report('outcome', `${Lock.Run} switches after it was aborted`);
      }
    }
    if (Lock === undefined || Lock.Run === before.Lock?.Run) {
      return;
    }
    if (before.Lock !== undefined) {
      this.#findings.report('lock', `${Lock.Run} takes the lock that ${before.Lock.Run} has`);
    }
    if (Lock.Generation !== undefined && this.#generations.has(Lock.Generation)) {
      this.#findings.report('generation', `${Lock.Generation} is given again, to ${Lock.Run}`);
    }
    this.#generations.add(Lock.Generation ?? 0);
  }

  /** T was fixed: what is asked for and surely held is rebuilt. `fromMs`: what was asked for. */
  firstFixed(run: string, fromMs: number, firstMs: number, horizons: readonly number[]): void {
    const isHeld = this.#scenario.shards.every(({ id, records }, place) => {
      const oldest = records[horizons[place] ?? 0];
      const isKnown = this.#store.marks.has(controlItems.checkpoint('count', id));
      const isWhole = horizons[place] === 0 || (oldest !== undefined && oldest.arrivalMs < fromMs - reachMs);
      return records.length === 0 || (isKnown && isWhole);
    });
    const before = this.#first.get(run) ?? firstMs;
    this.#first.set(run, before);
    if (before !== firstMs) {
      this.#findings.report('whole', `the first bucket of ${run} was ${before}, and is ${firstMs}`);
    }
    if (isHeld && firstMs > fromMs) {
      this.#findings.report('whole', `${run} rebuilds from ${firstMs} on, asked for and held is ${fromMs}`);
    }
  }

  /** Somebody has added to a partial. */
  counted(generation: number, writer: string, nowMs: number): void {
    const { Lock } = this.#store.timeline;
    if (writer === 'live') {
      const isHeld = Lock?.Stage === 'holding' && this.#store.runs.get(Lock.Run)?.HoldCheckpoints !== undefined;
      if (isHeld) {
        this.#findings.report('quiet', `live counting adds to ${generation}, while ${Lock.Run} holds it`);
      }
      return;
    }
    const { stage, sinceMs } = this.#stages.get(generation) ?? { stage: 'open', sinceMs: nowMs };
    const isLate = nowMs > sinceMs + timeoutMs + attemptMsMax + leapMs;
    if (stage === 'switched' || (stage === 'aborted' && isLate)) {
      this.#findings.report('quiet', `a recount counts into ${generation}, whose run is ${stage}`);
    }
  }

  /** A pass has said of these what it found. */
  compared({ request: { run } }: RunContext, judged: readonly Judged[]): void {
    for (const each of judged) {
      if (each.verdict === 'equal' && this.#isWrong(each)) {
        this.#findings.report('found', `${run} calls ${each.place} equal: ${told(each)}`);
      } else if (each.verdict === 'different' && !this.#mayDiffer(run, each)) {
        this.#findings.report('falseAlarm', `${run} calls ${each.place} different: ${told(each)}`);
      }
    }
  }

  /** A comparison has ended. */
  concluded({ request: { run } }: RunContext, judged: readonly Judged[], outcome: 'equal' | 'different'): void {
    for (const each of outcome === 'equal' ? judged : []) {
      if (!each.isOpen && this.#isWrong(each)) {
        this.#findings.report('found', `${run} says equal, and ${each.place} is wrong: ${told(each)}`);
      }
    }
  }

  /** A correction was put. */
  corrected(run: string, bucket: string): void {
    const key = `${run} ${bucket}`;
    if (this.#corrected.has(key)) {
      this.excused.add(bucket);
    }
    this.#corrected.add(key);
  }

  /** Whether the true generation has something else than its fence says. */
  #isWrong({ key, live, verdict }: Judged): boolean {
    if (live === undefined) {
      return verdict === 'equal' || this.damaged.has(this.#textOf(key, this.#trueGeneration(key)));
    }
    const fence = sequenceOf(live.LastSequence);
    const { count, last } = this.#truth.partial(bucketOf(key), this.#placeOf(key), this.#trueGeneration(key), fence);
    return live.EventCount !== count || fence !== last;
  }

  /** Whether a partial was changed by hand, or holds records that the other one's counter came too late for. */
  #mayDiffer(run: string, { key }: Judged): boolean {
    const generation = this.#store.runs.get(run)?.Generation ?? 0;
    const shares = this.#truth.shares(bucketOf(key), this.#placeOf(key));
    const isLost = shares.some(
      (share) =>
        this.#truth.isLost(this.#trueGeneration(key), share) ||
        (this.#mayLose(run) && this.#truth.isLostByRecount(generation, share)),
    );
    // What was changed in a generation that was given back may have hidden that it should not have been.
    return isLost || [...this.damaged].some((text) => text === this.#textOf(key, partialKeyOf(text).generation));
  }

  /** Whether records may come too late for a recount without being refused before the comparison. */
  #mayLose(run: string): boolean {
    return this.#store.runs.get(run)?.Kind === 'backfill' && this.#scenario.archive.missing.length > 0;
  }

  #trueGeneration({ size, startMs }: Judged['key']): number {
    return generationOf(this.#store.timeline, size, startMs);
  }

  #textOf(key: Judged['key'], generation: number): string {
    return `${key.name}|${encodeBucket({ ...key, generation })}`;
  }

  #placeOf({ slice }: Judged['key']): number {
    return this.#scenario.shards.findIndex(({ id }) => sliceOfShard(id) === slice);
  }
}

function told({ live, recount }: Judged): string {
  const side = (row: Judged['live']): string =>
    row === undefined ? 'nothing' : `${row.EventCount} at ${row.LastSequence}`;
  return `${side(live)}, recounted ${side(recount)}`;
}
