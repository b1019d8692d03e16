import type { Call, Task } from '../call.ts';
import type { Steps } from './invocation.ts';
import type { WindowShard } from './readings.ts';
import type { Page } from './stream.ts';
import type { WindowWorld } from './world.ts';

/** One read of a shard. Now and then it gives nothing, though there is more to come: Kinesis does so on its way over empty stretches. */
export function pageCall(world: WindowWorld, place: number, iterator: number, recordsMax: number): Call {
  const { stream, scenario, random } = world;
  const { id, records } = scenario.shards[place] as WindowShard;
  return {
    name: () => `read ${id} from ${records[iterator]?.sequence} on`,
    kind: 'read',
    land: (): Page => {
      if (random.fraction() < scenario.trims) {
        stream.trim(place, 1);
      }
      const read = stream.page(place, iterator, recordsMax, world.nowMs);
      return random.fraction() < 0.1 ? { records: [], next: Math.min(iterator, read.next), isAtTip: false } : read;
    },
  };
}

export function* readPage(world: WindowWorld, place: number, iterator: number, recordsMax: number): Steps<Page> {
  let page: Page | undefined;
  yield [
    (function* (): Task {
      page = (yield pageCall(world, place, iterator, recordsMax)) as Page;
      return 'done';
    })(),
  ];
  return page as Page;
}
