import type { TidemarkInput } from '@tidemark/core/config/input';
import type { StoredItem } from '@tidemark/core/prune/line';
import { totalPruned } from '@tidemark/core/prune/tally';
import { encodeBucket } from '@tidemark/core/series/key';
import { encodeSequence } from '@tidemark/core/series/sequence';
import { withAssembly } from '../assembly.ts';
import { boundHeap } from '../metering/bounded-heap.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns } from '../replay/driven-runs.ts';
import { FunctionLog } from '../replay/function-log.ts';
import { pruneFunction } from '../replay/run-functions.ts';
import { admitNames } from './live-counting.ts';
import { meteredPrune } from './metered-prune.ts';
import { cutoffMs, startMs } from './pruned-days.ts';
import { putItems } from './put-items.ts';

/** A prune of one series. */
export interface MemoryFound {
  /** Of the series, all of which go. */
  readonly items: number;
  /** The most that the function that prunes held at any time. */
  readonly memoryMb: number;
  readonly seconds: number;
}

const name = 'page view';
const minuteMs = 60_000;
/** Of each minute: shards that the stream no longer has. */
const slices = ['000000000100', '000000000101', '000000000102', '000000000103'];

const configuration: TidemarkInput = {
  sources: {
    web: {
      event: { name: 'Name', time: 'StatusTime' },
      buckets: ['1m'],
      count: { batchWindowSeconds: 0 },
      stream: { shards: 1 },
    },
  },
  prune: { writeUnitsPerSecond: 40_000 },
};

/** Prunes one series of so many items by a function whose heap is bounded. Throws where it does not delete exactly those. */
export function memoryOf(items: number): Promise<MemoryFound> {
  return withAssembly(configuration, async (assembly) => {
    const log = new FunctionLog();
    const stepped = await SteppedEngine.start({ assembly, startMs, onLog: log.onLog });
    const prune = pruneFunction(stepped.engine);
    boundHeap(stepped.engine, prune);
    const runs = new DrivenRuns(stepped);
    try {
      await putItems(stepped, itemsOfSeries(items));
      stepped.clock.scale(1);
      await admitNames(stepped, [name]);
      const { item, seconds } = await meteredPrune(stepped, runs, {
        asked: { beforeMs: cutoffMs },
        outcome: 'pruned',
      });
      await stepped.finish();
      const { Items } = totalPruned(item);
      if (Items !== items) throw new Error(`${Items} of ${items} items were pruned`);
      return { items, seconds, memoryMb: log.memoryMbMax.get(prune) ?? Number.NaN };
    } finally {
      runs.close();
      await stepped.stop();
    }
  });
}

/** The minutes before the cutoff, the last first. */
function* itemsOfSeries(items: number): Generator<StoredItem> {
  for (let at = 0; at < items; at += 1) {
    const slice = slices[at % slices.length] ?? '';
    const startMs = cutoffMs - minuteMs * (1 + Math.floor(at / slices.length));
    yield {
      EventName: name,
      Bucket: encodeBucket({ size: '1m', generation: 0, startMs, slice }),
      EventCount: 1 + (at % 997),
      LastSequence: encodeSequence(`4966${at}`.padEnd(56, '7')),
      WrittenBy: 'live',
    };
  }
}
