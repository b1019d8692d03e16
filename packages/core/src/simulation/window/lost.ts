import { controlItems } from '../../control/keys.ts';
import type { StreamRecord } from '../../count/record.ts';
import { lookFrom, lostRecords } from '../../window/gap.ts';
import { planWindow } from '../../window/window.ts';
import type { Task } from '../call.ts';
import type { Instance } from '../memory.ts';
import type { FencedItem } from '../store.ts';
import type { Steps } from './invocation.ts';
import { decide } from './invocation.ts';
import { readPage } from './pages.ts';
import type { WindowShard } from './readings.ts';
import { placeOf } from './unruly.ts';
import type { WindowWorld } from './world.ts';
import { writePlan } from './writes.ts';

/**
 * What a state held that is lost, if there was one: it is read again and written page by page, up to the first record of the invocation, or to
 * the tip where it brought none.
 */
export function* writeLost(
  world: WindowWorld,
  instance: Instance,
  place: number,
  first: StreamRecord | undefined,
): Steps<void> {
  let checkpoint: FencedItem | undefined;
  yield [
    readCheckpoint(world, place, (item) => {
      checkpoint = item;
    }),
  ];
  const from = lookFrom(checkpoint as FencedItem | undefined, first);
  if (from === undefined || (from.at === 'TRIM_HORIZON' && !world.rules.lookedForFromHorizon)) {
    return;
  }
  let iterator = from.at === 'TRIM_HORIZON' ? 0 : world.stream.placeOf(place, from.sequenceNumber, true);
  for (let recordsMax = 1; ; recordsMax = world.scenario.pageMax) {
    const page = yield* readPage(world, place, iterator, recordsMax);
    const lost = lostRecords(page.records, first);
    if (lost.length > 0) {
      world.trace?.(`  ${lost.length} records were lost`);
      const batch = yield* decide(world, instance, place, lost);
      yield* writePlan(world, instance, place, planWindow(placeOf(world, place), undefined, batch, true));
    }
    if (lost.length < page.records.length || page.isAtTip) {
      return;
    }
    iterator = page.next;
  }
}

function* readCheckpoint(world: WindowWorld, place: number, take: (item: FencedItem | undefined) => void): Task {
  const { id } = world.scenario.shards[place] as WindowShard;
  const land = (): unknown => world.store.checkpoints.get(controlItems.checkpoint('window', id));
  take((yield { name: () => `read checkpoint of ${id}`, kind: 'read', land }) as FencedItem | undefined);
  return 'done';
}
