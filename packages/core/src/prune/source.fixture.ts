import fc from 'fast-check';
import type { FloorsItem } from '../control/floors.ts';
import { floorsOf } from '../control/floors.ts';
import type { RunItem } from '../replay/run.ts';
import type { Assignment, TimelineRanges } from '../replay/timeline.ts';
import { assign, generationOf } from '../replay/timeline.ts';
import { undoOf } from '../replay/undo.ts';
import type { SpanSize } from '../series/key.ts';
import { decodeBucket, encodeBucket } from '../series/key.ts';
import type { PastRun } from './needed.ts';
import { closeRestored, openRestored, restorable } from './restored.ts';
import { raiseFloors } from './rise.ts';
import type { Stretch } from './stretch.ts';
import { sweptGenerations } from './swept.ts';
import { runsNoLongerUndoable } from './undoable.ts';
import type { WorkQuestion, WorkRange } from './work.ts';
import { pruneWork } from './work.ts';

const sizes: readonly SpanSize[] = ['1m', 'w60'];
export const minute = 60_000;
const places = 12;
const startMs = Date.parse('2026-08-01T09:00:00Z');
export const keepReplacedMs = 5 * minute;
export const starts = Array.from({ length: places }, (_, at) => startMs + at * minute);

const place = fc.nat(places);
/** What operators do, one thing after the other. */
export const operation = fc.oneof(
  fc.record({ kind: fc.constant('switch' as const), from: place, to: fc.option(place), both: fc.boolean() }),
  fc.record({ kind: fc.constant('verify' as const) }),
  fc.record({ kind: fc.constant('undo' as const), of: fc.nat(9) }),
  fc.record({ kind: fc.constant('raise' as const), size: fc.constantFrom(...sizes), to: place }),
  fc.record({ kind: fc.constant('restore' as const), from: place, to: place, minutes: fc.nat(8) }),
  fc.record({ kind: fc.constant('prune' as const), only: fc.option(fc.constantFrom(...sizes), { nil: undefined }) }),
);
export type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** A source whose every generation holds every bucket; what is done to it one after the other, as the lock makes sure. */
export class PrunedSource {
  nowMs = startMs;
  ranges: TimelineRanges = {};
  generations = 0;
  runs: PastRun[] = [];
  floors: FloorsItem | undefined;
  /** Keys of the items that were pruned and not restored since. */
  readonly gone = new Set<string>();

  /** Everything but a prune. */
  do(operation: Exclude<Operation, { kind: 'prune' }>): void {
    const at = (place: number): number => startMs + place * minute;
    if (operation.kind === 'switch') {
      this.#switch(
        operation.both ? sizes : ['1m'],
        at(operation.from),
        operation.to === null ? undefined : at(operation.to),
      );
    } else if (operation.kind === 'verify') {
      this.#end({ Generation: this.#give(), Outcome: 'equal' });
    } else if (operation.kind === 'undo') {
      this.#undo(operation.of);
    } else if (operation.kind === 'raise') {
      this.floors = raiseFloors(this.floors, { [operation.size]: at(operation.to) }, this.nowMs);
    } else {
      this.#restore(at(operation.from), at(operation.to), operation.minutes);
    }
  }

  #give(): number {
    this.generations += 1;
    return this.generations;
  }

  #end(item: Partial<RunItem>): void {
    const run = `run-${this.runs.length}`;
    const common = {
      Kind: 'replay',
      StartedMs: this.nowMs,
      EndedMs: this.nowMs,
      Execution: 'arn',
      Phase: 'ended',
    } as const;
    this.runs.push({ run, item: { ...common, ...item } });
  }

  /** No replay switches what lies below a floor. */
  #switch(switched: readonly SpanSize[], fromMs: number, toMs: number | undefined): void {
    const generation = this.#give();
    const First = Object.fromEntries(
      switched.map((size) => [size, Math.max(fromMs, floorsOf(this.floors).highestFloor(size))]),
    );
    const assignments: Assignment[] = Object.entries(First)
      .filter(([, fromMs]) => toMs === undefined || fromMs < toMs)
      .map(([size, fromMs]) => ({
        size: size as SpanSize,
        fromMs,
        generation,
        ...(toMs === undefined ? {} : { toMs }),
      }));
    const ToMs = toMs === undefined ? {} : { ToMs: toMs };
    this.#end({ Generation: generation, Before: this.ranges, First, ...ToMs, Outcome: 'switched' });
    this.ranges = assign(this.ranges, assignments);
  }

  #undo(of: number): void {
    const undone = this.undoable()[of];
    if (undone?.item.Before === undefined) return;
    const { Before, Generation: generation = 0 } = undone.item;
    const given = sizes.flatMap((size) => {
      const floorMs = floorsOf(this.floors).highestFloor(size);
      const lastMs = undefined;
      return undoOf({ Ranges: this.ranges }, Before, { size, generation, lastMs, stays: [], floorMs }).assignments;
    });
    this.ranges = assign(this.ranges, given);
    const UndoneBy = `run-${this.runs.length}`;
    this.runs = this.runs.map((each) => (each === undone ? { ...each, item: { ...each.item, UndoneBy } } : each));
    this.#end({ Kind: 'undo', Undoes: undone.run, Outcome: 'undone' });
  }

  undoable(): PastRun[] {
    return this.runs.filter(
      ({ item }) => item.Outcome === 'switched' && item.UndoneBy === undefined && item.UndoPrunedBy === undefined,
    );
  }

  #restore(fromMs: number, toMs: number, minutes: number): void {
    const ranges = restorable(floorsOf(this.floors), sizes, fromMs, toMs);
    for (const [size, stretch] of Object.entries(ranges) as [SpanSize, Stretch][]) {
      for (const at of starts.filter((start) => stretch.fromMs <= start && start < stretch.toMs)) {
        const generation = generationOf({ Ranges: this.ranges }, size, at);
        this.gone.delete(keyOf(size, generation, at));
      }
    }
    const untilMs = this.nowMs + minutes * minute;
    this.floors = openRestored(this.floors, { run: `restore-${this.nowMs}`, ranges, untilMs });
  }

  /** What a prune is to do, when it has closed what is over. */
  plan(only: SpanSize | undefined): { readonly question: WorkQuestion; readonly work: WorkRange[] } {
    this.floors = closeRestored(this.floors, this.nowMs, only === undefined ? undefined : [only]);
    const question = this.question(only);
    return { question, work: pruneWork(question) };
  }

  delete(work: readonly WorkRange[]): void {
    const lost = runsNoLongerUndoable(this.runs, floorsOf(this.floors), work);
    this.#change(lost, { UndoPrunedBy: 'prune' });
    for (const key of this.keys()) if (isIn(work, key)) this.gone.add(key);
  }

  /** The generations that it is done with. */
  sweep(question: WorkQuestion, work: readonly WorkRange[]): number[] {
    const swept = sweptGenerations(question, work);
    this.#change(swept, { Swept: true });
    return swept.map(({ generation }) => generation);
  }

  #change(changed: readonly { readonly run: string }[], fields: Partial<RunItem>): void {
    this.runs = this.runs.map((each) =>
      changed.some(({ run }) => run === each.run) ? { ...each, item: { ...each.item, ...fields } } : each,
    );
  }

  question(only: SpanSize | undefined): WorkQuestion {
    const { ranges, runs, nowMs } = this;
    const asked = only === undefined ? {} : { only: [only] };
    return {
      timeline: { Ranges: ranges },
      floors: floorsOf(this.floors),
      sizes,
      runs,
      keepReplacedMs,
      nowMs,
      ...asked,
    };
  }

  keys(): string[] {
    const generations = Array.from({ length: this.generations + 1 }, (_, generation) => generation);
    return sizes.flatMap((size) =>
      generations.flatMap((generation) => starts.map((at) => keyOf(size, generation, at))),
    );
  }
}

export function keyOf(size: SpanSize, generation: number, at: number): string {
  return encodeBucket({ size, generation, startMs: at, slice: '000000000007' });
}

export function rangesWith(work: readonly WorkRange[], key: string): WorkRange[] {
  const { size, generation, startMs: at } = decodeBucket(key);
  return work.filter(
    (range) =>
      range.size === size &&
      range.generation === generation &&
      range.fromMs <= at &&
      at < (range.toMs ?? Number.POSITIVE_INFINITY),
  );
}

export function isIn(work: readonly WorkRange[], key: string): boolean {
  return rangesWith(work, key).length > 0;
}
