import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floorsOf } from '../control/floors.ts';
import { generationOf } from '../replay/timeline.ts';
import type { SpanSize } from '../series/key.ts';
import { decodeBucket } from '../series/key.ts';
import { isWithinGrace, replacedBy } from './needed.ts';
import { isIn, keepReplacedMs, keyOf, minute, operation, PrunedSource, rangesWith, starts } from './source.fixture.ts';
import { sweptGenerations } from './swept.ts';
import { runsNoLongerUndoable } from './undoable.ts';
import type { WorkRange } from './work.ts';
import { pruneWork } from './work.ts';

/** Each item by itself: whether it is to go, and how, said once more in other words. */
function expectExactly(world: PrunedSource, work: readonly WorkRange[], only: SpanSize | undefined): void {
  const floors = floorsOf(world.floors);
  for (const key of world.keys()) {
    const { size, generation, startMs: at } = decodeBucket(key);
    const isTrue = generationOf({ Ranges: world.ranges }, size, at) === generation;
    const isBelow = at < floors.highestFloor(size);
    const isOpen = floors.restored(size).some(({ FromMs, ToMs }) => FromMs <= at && at < ToMs);
    const wasSwept = world.runs.some(({ item }) => item.Generation === generation && item.Swept);
    const mayGo = isTrue ? isBelow && !isOpen : !wasSwept && (isBelow || !isNeeded(world, size, generation, at));
    const found = rangesWith(work, key).map(({ exported }) => exported);
    expect(found, key).toEqual(mayGo && (only ?? size) === size ? [isTrue] : []);
  }
}

function isNeeded(world: PrunedSource, size: SpanSize, generation: number, at: number): boolean {
  return world.runs
    .filter(({ item }) => (item.EndedMs ?? 0) > world.nowMs - keepReplacedMs)
    .some(({ item }) => {
      const { Generation, Before, First, ToMs = Number.POSITIVE_INFINITY, Undoes } = item;
      const undone = world.runs.find(({ run }) => run === Undoes)?.item.Generation;
      if (Generation === generation || undone === generation) return true;
      const isReplaced = at >= (First?.[size] ?? Number.POSITIVE_INFINITY) && at < ToMs;
      return isReplaced && generationOf({ Ranges: Before ?? {} }, size, at) === generation;
    });
}

/** What an undo of any run that was not refused one would give back is there, but what lies below the floor. */
function expectUndoable(world: PrunedSource): void {
  const marked = world.runs.filter(({ item }) => item.UndoPrunedBy !== undefined);
  expect(marked.filter((run) => isWithinGrace(run, { ...world, keepReplacedMs }))).toEqual([]);
  for (const { item } of world.undoable()) {
    for (const { size, generation, fromMs, toMs } of replacedBy(item)) {
      const floorMs = floorsOf(world.floors).highestFloor(size);
      const given = starts.filter((at) => at >= Math.max(fromMs, floorMs) && at < toMs);
      for (const at of given) expect(world.gone).not.toContain(keyOf(size, generation, at));
    }
  }
}

/** A second run finds nothing that the first has left. */
function expectNothingLeft(world: PrunedSource, only: SpanSize | undefined): void {
  const question = world.question(only);
  const again = pruneWork(question);
  expect(world.keys().filter((key) => isIn(again, key) && !world.gone.has(key))).toEqual([]);
  expect(runsNoLongerUndoable(world.runs, question.floors, again)).toEqual([]);
  expect(sweptGenerations(question, again)).toEqual([]);
}

function prune(world: PrunedSource, only?: SpanSize): void {
  const { question, work } = world.plan(only);
  expectExactly(world, work, only);
  world.delete(work);
  expectUndoable(world);
  const swept = world.sweep(question, work);
  const left = world.keys().filter((key) => swept.includes(decodeBucket(key).generation) && !world.gone.has(key));
  expect(left).toEqual([]);
  expectNothingLeft(world, only);
}

test('what goes is exactly what is pruned or replaced, and nothing that is true, restored or still needed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(operation, fc.nat(4)), { maxLength: 14 }), (operations) => {
      const world = new PrunedSource();
      for (const [each, minutes] of operations) {
        if (each.kind === 'prune') prune(world, each.only);
        else world.do(each);
        world.nowMs += minutes * minute;
      }
      prune(world);
    }),
    { numRuns: 300 },
  );
});
