import { floorsOf } from '../../control/floors.ts';
import { release, takeLock } from '../../replay/lock.ts';
import { runId } from '../../replay/run.ts';
import { isWindowSize } from '../../series/window.ts';
import { changeTimeline } from './control.ts';
import { bucketOf, partialKeyOf } from './partial-keys.ts';
import type { Step } from './step.ts';
import { request } from './step.ts';
import type { ReplayWorld } from './world.ts';

/** Deletes what lies below the prune floors, under the lock that runs have too. */
export function* prune(world: ReplayWorld): Step<void> {
  const { store, nowMs } = world;
  const run = runId(nowMs, world.random.hex(8));
  yield* changeTimeline(world, 'prune', (item) => takeLock(item, { run, kind: 'prune', execution: run, nowMs }));
  yield* request('delete below the floors', () => {
    for (const text of [...store.partials.keys()].filter((key) => isBelowFloor(world, key))) {
      store.partials.delete(text);
      world.checks.pruned.add(bucketOf(partialKeyOf(text)));
    }
  });
  yield* changeTimeline(world, 'release', (item) => release(item, run));
}

/** Whether a floor stands above a partial, and every record that arrived before it was in force has been counted. */
function isBelowFloor(world: ReplayWorld, text: string): boolean {
  const { size, startMs } = partialKeyOf(text);
  if (isWindowSize(size)) {
    return false;
  }
  const entries = floorsOf(world.store.current.floors).Floors[size] ?? [];
  return entries.some(({ FromMs, FloorMs }) => startMs < FloorMs && world.truth.isCountedUntil(FromMs, world.nowMs));
}
