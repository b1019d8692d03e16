import type { TidemarkInput } from '@tidemark/core/config/input';
import type { StoredItem } from '@tidemark/core/prune/line';
import { totalPruned, totalRestored } from '@tidemark/core/prune/tally';
import { decodeBucket } from '@tidemark/core/series/key';
import { withAssembly } from '../assembly.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns } from '../replay/driven-runs.ts';
import { measures } from '../replay/feed.ts';
import type { Lag } from '../replay/lag.ts';
import { updatesPerSecond } from '../throughput/dynamodb-limit.ts';
import { type DeleteLimit, deleteLimit } from './delete-limit.ts';
import { assertExports, type FoundExports } from './found-exports.ts';
import { type Amount, amountOf, assertTable } from './found-items.ts';
import { admitNames, LiveCounting } from './live-counting.ts';
import { type MeteredPrune, meteredPrune } from './metered-prune.ts';
import { countedDays, cutoffMs, keepReplaced, startMs } from './pruned-days.ts';
import { putItems, putReplays } from './put-items.ts';
import { dayOf, seriesName, tableItems } from './table-items.ts';

export interface SpeedOptions {
  /** In the table; about 12,800 items each on the average. */
  readonly series: number;
  /** Live counting's, all the while. Buckets and windows each read them. */
  readonly liveRecordsASecond: number;
  /** For which live counting is watched alone. */
  readonly aloneSeconds: number;
  /** With which the limits of DynamoDB Local are found. */
  readonly limitItems: number;
}

export interface SpeedFound extends SpeedOptions {
  readonly put: number;
  readonly exported: Amount;
  readonly pruned: MeteredPrune;
  /** Items that went. */
  readonly items: number;
  readonly bytes: number;
  readonly exports: FoundExports;
  readonly restored: MeteredPrune;
  readonly restoredItems: number;
  readonly limit: DeleteLimit;
  /** Conditional updates that DynamoDB Local takes: a restore puts item by item. */
  readonly updatesASecond: number;
  readonly lag: { readonly alone: Lag; readonly beside: Lag };
}

const dayLengthMs = 86_400_000;
/** Of which the oldest day is restored. */
const restoredSize = '1m';

const configuration: TidemarkInput = {
  sources: {
    rides: {
      event: { name: 'Name', time: 'StatusTime' },
      buckets: ['1m', '1h'],
      count: { batchWindowSeconds: 1 },
      window: { seconds: 60, measures, batchWindowSeconds: 1 },
      stream: { shards: 1 },
    },
  },
  // As much as may be configured: nothing waits for it here.
  prune: { writeUnitsPerSecond: 40_000, keepReplaced },
};

/**
 * Prunes a table of many series, sizes and generations while records are counted, restores a part of it, and looks at every item of table and exports: throws
 * where one is not where it belongs.
 */
export async function speedOf(options: SpeedOptions): Promise<SpeedFound> {
  const { series, limitItems } = options;
  say('the limits of DynamoDB Local');
  const some = [...tableItems(Math.ceil(limitItems / 5_000))].slice(0, limitItems);
  const limits = { limit: await deleteLimit(some), updatesASecond: await updatesPerSecond(limitItems / 5) };
  const exported = amountOf(series, isExported);
  const found = await withAssembly(configuration, async (assembly) => {
    const stepped = await SteppedEngine.start({ assembly, startMs });
    const runs = new DrivenRuns(stepped);
    try {
      return await pruneAndRestore(stepped, runs, options);
    } finally {
      runs.close();
      await stepped.stop();
    }
  });
  return { ...options, ...limits, ...found, exported };
}

async function pruneAndRestore(stepped: SteppedEngine, runs: DrivenRuns, options: SpeedOptions) {
  const { series, liveRecordsASecond, aloneSeconds } = options;
  await putReplays(stepped);
  stepped.clock.scale(1);
  say('putting items');
  const put = await putItems(stepped, tableItems(series));
  const names = Array.from({ length: series }, (_, at) => seriesName(at));
  await admitNames(stepped, names);
  say(`put ${put}; live counting alone`);
  const live = new LiveCounting(stepped, liveRecordsASecond);
  const alone = await live.alone(aloneSeconds);
  say('pruning');
  let beside: Lag = { median: Number.NaN, max: Number.NaN };
  const pruned = await meteredPrune(stepped, runs, {
    asked: { beforeMs: cutoffMs },
    outcome: 'pruned',
    beside: async (signal) => {
      beside = await live.until(signal);
    },
  });
  await stepped.finish();
  say(`pruned in ${pruned.seconds} s; looking at every item`);
  const events = live.sent + names.length;
  await assertTable(stepped, series, stays, events);
  const exports = await assertExports(stepped, series);
  say('restoring');
  const [{ dayMs: from } = { dayMs: Number.NaN }] = countedDays;
  const asked = { from, toMs: from + dayLengthMs, sizes: [restoredSize] } as const;
  const restored = await meteredPrune(stepped, runs, { asked, outcome: 'restored' });
  await stepped.finish();
  say(`restored in ${restored.seconds} s; looking at every item`);
  const isBack = (item: StoredItem) => dayOf(item)?.dayMs === from && decodeBucket(item.Bucket).size === restoredSize;
  await assertTable(stepped, series, (item) => stays(item) || isBack(item), events);
  const { Items: items, Bytes: bytes } = totalPruned(pruned.item);
  const { Items: restoredItems } = totalRestored(restored.item);
  return { put, pruned, items, bytes, exports, restored, restoredItems, lag: { alone, beside } };
}

function isExported(item: StoredItem): boolean {
  return dayOf(item)?.fate === 'exported';
}

function stays(item: StoredItem): boolean {
  return dayOf(item)?.fate === 'stays';
}

function say(what: string): void {
  process.stderr.write(`    ${what}\n`);
}
