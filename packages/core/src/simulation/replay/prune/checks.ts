import { floorsOf } from '../../../control/floors.ts';
import type { RunItem } from '../../../replay/run.ts';
import { sliceOfShard } from '../../../series/key.ts';
import { sequenceOf } from '../../check.ts';
import type { Findings } from '../../invariants.ts';
import type { ReplayInvariant } from '../invariants.ts';
import { bucketOf, partialKeyOf } from '../partial-keys.ts';
import type { ReplayScenario } from '../scenario.ts';
import type { ReplayStore, StoredPartial } from '../store.ts';
import { metricOf, samePartial } from '../store.ts';
import type { Truth } from '../truth.ts';
import { visibleBy } from '../visible.ts';
import type { Exports } from './exports.ts';

/** What must hold of deletions at every moment, and of exports in the end. */
export class PruneChecks {
  readonly #scenario: ReplayScenario;
  readonly #store: ReplayStore;
  readonly #truth: Truth;
  readonly #findings: Findings<ReplayInvariant>;
  /** By key, what partials that had been true held when they were deleted first. */
  readonly #deleted = new Map<string, StoredPartial>();
  /** By bucket, what the metric had when a partial of it was deleted first. */
  readonly #published = new Map<string, number>();

  constructor(scenario: ReplayScenario, store: ReplayStore, truth: Truth, findings: Findings<ReplayInvariant>) {
    this.#scenario = scenario;
    this.#store = store;
    this.#truth = truth;
    this.#findings = findings;
  }

  /** An item is about to be deleted. `isExported`: since it was true. */
  deleting(key: string, isExported: boolean): void {
    const partial = this.#store.read(key);
    if (partial === undefined) {
      return;
    }
    const { timeline, current } = this.#store;
    if (visibleBy(timeline, floorsOf(current.floors))(key)) {
      this.#findings.report('visible', `${key} is deleted, and readers see it`);
    }
    if (isExported && !this.#deleted.has(key)) {
      this.#deleted.set(key, partial);
    }
    const bucket = metricOf(key);
    if (isExported && !this.#published.has(bucket)) {
      this.#published.set(bucket, this.#store.metric.get(bucket) ?? 0);
    }
  }

  /** An undo was refused, since what the run had replaced is gone. */
  undoRefused(run: string, { EndedMs }: Partial<RunItem>, nowMs: number): void {
    const { keepReplacedMs } = this.#scenario.prune;
    if (EndedMs === undefined || EndedMs + keepReplacedMs > nowMs) {
      this.#findings.report('undoable', `${run} ended ${EndedMs}, and cannot be undone`);
    }
  }

  /** `damaged`: partials that were changed by hand; `excused`: buckets of whose metric nothing is promised. */
  checkFinal(exports: Exports, damaged: ReadonlySet<string>, excused: ReadonlySet<string>): void {
    const buckets = new Set([...damaged].map((key) => bucketOf(partialKeyOf(key))));
    const lines = new Map<string, StoredPartial[]>();
    for (const { key, partial } of [...exports.counts.values()].flat()) {
      lines.set(key, [...(lines.get(key) ?? []), partial]);
    }
    for (const key of new Set([...lines.keys(), ...this.#deleted.keys()])) {
      if (!buckets.has(bucketOf(partialKeyOf(key)))) {
        this.#checkLines(key, lines.get(key) ?? []);
      }
    }
    for (const [bucket, sum] of this.#published) {
      const now = this.#store.metric.get(bucket) ?? 0;
      if (now !== sum && !buckets.has(bucket) && !excused.has(bucket)) {
        this.#findings.report('metric', `${bucket}: ${sum} were put when it was pruned, and ${now} are`);
      }
    }
  }

  #checkLines(key: string, lines: readonly StoredPartial[]): void {
    const { generation, slice, ...parts } = partialKeyOf(key);
    const deleted = this.#deleted.get(key);
    const [line, ...others] = lines;
    if (line === undefined || others.length > 0) {
      this.#findings.report('exports', `${key} has ${lines.length} lines`);
      return;
    }
    if (deleted !== undefined && !samePartial(line, deleted)) {
      this.#findings.report('exports', `${key} has the line ${told(line)}, and was ${told(deleted)}`);
    }
    const bucket = bucketOf(parts);
    const place = this.#scenario.shards.findIndex(({ id }) => sliceOfShard(id) === slice);
    if (this.#truth.total(bucket, generation) === undefined) {
      return;
    }
    const { count, last } = this.#truth.partial(bucket, place, generation, Number.MAX_SAFE_INTEGER);
    if (line.numbers.EventCount !== count || sequenceOf(line.LastSequence) !== last) {
      this.#findings.report('exports', `${key} has the line ${told(line)}, and ${count} at ${last} were given`);
    }
  }
}

function told({ numbers, LastSequence, writer }: StoredPartial): string {
  return `${numbers.EventCount} at ${LastSequence} by ${writer}`;
}
