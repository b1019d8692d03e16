import { floorsOf } from '../../../control/floors.ts';
import type { Held } from '../../../prune/came-back.ts';
import { cameBack } from '../../../prune/came-back.ts';
import type { Restorable } from '../../../prune/restored.ts';
import { openRestored, restorable } from '../../../prune/restored.ts';
import { generationOf } from '../../../replay/timeline.ts';
import type { SpanSize } from '../../../series/key.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, changeFloors, readFloors, readRun } from '../control.ts';
import { partialKeyOf } from '../partial-keys.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { StoredPartial } from '../store.ts';
import type { ReplayWorld } from '../world.ts';
import type { ExportLine } from './exports.ts';

/** Brings back what the export has of one series. */
export function* restoreSeries(world: ReplayWorld, context: RunContext, name: string): Step<void> {
  const timeline = yield* assertStanding(world, context);
  const ranges = yield* rangesOfRun(world, context);
  for (const size of Object.keys(ranges) as SpanSize[]) {
    const { fromMs, toMs } = ranges[size] ?? { fromMs: 0, toMs: 0 };
    const objects = yield* request(`list objects of ${name} ${size}`, () => world.exports.list({ name, size }), 'read');
    for (const object of objects) {
      const lines = yield* request(`get ${object}`, () => world.exports.counts.get(object) ?? [], 'read');
      yield* assertStanding(world, context);
      for (const line of lines) {
        const { startMs, generation } = partialKeyOf(line.key);
        const isMeant = startMs >= fromMs && startMs < toMs;
        if (isMeant && generation === generationOf(timeline, size, startMs)) {
          yield* putBack(world, line);
        }
      }
    }
  }
}

/** What stands there and holds less came back after its deletion: an item is exported when nothing can be added to it any more. */
function* putBack({ store, rules }: ReplayWorld, { key, partial }: ExportLine): Step<void> {
  let standing = yield* request(`restore ${key}`, () => store.putBack(key, partial, undefined));
  while (standing !== undefined && rules.returnedReplaced && cameBack(heldOf(standing), heldOf(partial))) {
    const seen = standing;
    standing = yield* request(`restore ${key} in place of ${seen.numbers.EventCount}`, () =>
      store.putBack(key, partial, seen),
    );
  }
}

function heldOf({ numbers: { EventCount = 0 }, LastSequence }: StoredPartial): Held {
  return { EventCount, LastSequence };
}

/** When all of it is there: readers see it from now on. */
export function* openRange(world: ReplayWorld, context: RunContext): Step<void> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const ranges = yield* rangesOfRun(world, context);
  const { UntilMs: untilMs = 0 } = yield* readRun(world, run);
  yield* changeFloors(world, 'open', (item) => openRestored(item, { run, ranges, untilMs }));
}

/** Floors stand still while the run has the lock. */
function* rangesOfRun(world: ReplayWorld, { request: { run } }: RunContext): Step<Restorable> {
  const { From, ToMs = 0 } = yield* readRun(world, run);
  const floors = floorsOf(yield* readFloors(world));
  return restorable(floors, world.scenario.source.buckets, typeof From === 'number' ? From : 0, ToMs);
}
