import { setTimeout as sleep } from 'node:timers/promises';
import type { TidemarkInput } from '@tidemark/core/config/input';
import { totalPruned } from '@tidemark/core/prune/tally';
import { withAssembly } from '../assembly.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns } from '../replay/driven-runs.ts';
import { measures } from '../replay/feed.ts';
import type { Lag } from '../replay/lag.ts';
import { pruneFunction } from '../replay/run-functions.ts';
import { amountOf, assertTable } from './found-items.ts';
import { admitNames, LiveCounting } from './live-counting.ts';
import { meteredPrune } from './metered-prune.ts';
import { cutoffMs, keepReplaced, startMs } from './pruned-days.ts';
import { putItems, putReplays } from './put-items.ts';
import { dayOf, seriesName, tableItems } from './table-items.ts';

export interface BudgetOptions {
  readonly writeUnitsPerSecond: number;
  readonly series: number;
  readonly liveRecordsASecond: number;
  readonly aloneSeconds: number;
}

/** A prune under a budget that is its limit. */
export interface BudgetFound extends BudgetOptions {
  readonly items: number;
  readonly seconds: number;
  /** Write units a second of its deletions, over all of it, and in the `mostSeconds` that had the most. */
  readonly mean: number;
  readonly most: number;
  readonly lag: { readonly alone: Lag; readonly beside: Lag };
}

/** What is looked at for the most, in seconds. */
export const mostSeconds = 10;
const sampleMs = 250;

/** Units that were consumed until a moment of wall time, in milliseconds. */
interface Sample {
  readonly atMs: number;
  readonly units: number;
}

function configurationOf(writeUnitsPerSecond: number): TidemarkInput {
  return {
    sources: {
      rides: {
        event: { name: 'Name', time: 'StatusTime' },
        buckets: ['1m', '1h'],
        count: { batchWindowSeconds: 1 },
        window: { seconds: 60, measures, batchWindowSeconds: 1 },
        stream: { shards: 1 },
      },
    },
    prune: { writeUnitsPerSecond, keepReplaced },
  };
}

/** Prunes under a small budget while records are counted, and follows what it writes. Throws where an item is not where it belongs. */
export function budgetOf(options: BudgetOptions): Promise<BudgetFound> {
  const { series, writeUnitsPerSecond } = options;
  return withAssembly(configurationOf(writeUnitsPerSecond), async (assembly) => {
    const stepped = await SteppedEngine.start({ assembly, startMs });
    const runs = new DrivenRuns(stepped);
    try {
      await putReplays(stepped);
      stepped.clock.scale(1);
      await putItems(stepped, tableItems(series));
      await admitNames(
        stepped,
        Array.from({ length: series }, (_, at) => seriesName(at)),
      );
      const live = new LiveCounting(stepped, options.liveRecordsASecond);
      const alone = await live.alone(options.aloneSeconds);
      let beside: Lag = { median: Number.NaN, max: Number.NaN };
      let samples: readonly Sample[] = [];
      const { item, seconds } = await meteredPrune(stepped, runs, {
        asked: { beforeMs: cutoffMs },
        outcome: 'pruned',
        beside: async (signal) => {
          [beside, samples] = await Promise.all([live.until(signal), follow(stepped, signal)]);
        },
      });
      await stepped.finish();
      await assertTable(stepped, series, (each) => dayOf(each)?.fate === 'stays', live.sent + series);
      const { Items: items, WriteUnits } = totalPruned(item);
      const { items: gone } = amountOf(series, (each) => dayOf(each)?.fate !== 'stays');
      if (items !== gone) throw new Error(`${items} of ${gone} items were pruned`);
      return { ...options, items, seconds, mean: WriteUnits / seconds, most: mostOf(samples), lag: { alone, beside } };
    } finally {
      runs.close();
      await stepped.stop();
    }
  });
}

async function follow({ engine }: SteppedEngine, signal: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  const caller = pruneFunction(engine);
  while (!signal.aborted) {
    const rows = engine.meter.snapshot().calls.filter((row) => row.caller === caller);
    const units = rows.find(({ operation }) => operation === 'BatchWriteItem')?.writeUnits ?? 0;
    samples.push({ atMs: performance.now(), units });
    await sleep(sampleMs);
  }
  return samples;
}

/** The most in any such stretch, per second of it. */
function mostOf(samples: readonly Sample[]): number {
  const rates = samples.flatMap((first, at) => {
    const last = samples.slice(at).find(({ atMs }) => atMs - first.atMs >= mostSeconds * 1000);
    return last === undefined ? [] : [((last.units - first.units) / (last.atMs - first.atMs)) * 1000];
  });
  return rates.length === 0 ? Number.NaN : Math.max(...rates);
}
