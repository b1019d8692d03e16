import { Buffer } from 'node:buffer';
import type { TidemarkInput } from '@tidemark/core/config/input';
import { withAssembly } from '../assembly.ts';
import { boundHeap } from '../metering/bounded-heap.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns, type HistoryEvent } from './driven-runs.ts';
import { FunctionLog } from './function-log.ts';
import { putPartials } from './partials.ts';
import { stepsFunction } from './run-functions.ts';

/** A replay that switched, of a table of that size. */
export interface HoldFound {
  /** Of the generation that people read, before the switch. The recount's has as many. */
  readonly partials: number;
  /** Engine time for which live counting was held. */
  readonly heldSeconds: number;
  /** The part of it in which the state machine did not wait, but the steps were at work on this machine. */
  readonly workedSeconds: number;
  /** The most that the function of the steps, which compares, held at any time. */
  readonly memoryMb: number;
}

/** Of each series: what grows is the number of series. */
export const bucketsASeries = 2000;
const startMs = Date.parse('2026-11-02T12:10:05Z');

const configuration: TidemarkInput = {
  sources: {
    web: {
      event: { name: 'event_type', time: 'utc_timestamp' },
      buckets: ['1m'],
      count: { batchWindowSeconds: 0, batchSize: 2500 },
      stream: { shards: 1 },
    },
  },
};

/** Counts one event into each of so many buckets, replays them on a clock that goes as the wall does but passes waits at once, and switches. */
export function holdOf(partials: number): Promise<HoldFound> {
  return withAssembly(configuration, async (assembly) => {
    const log = new FunctionLog();
    const options = { assembly, startMs, onLog: log.onLog, pipeDelays: { readIntervalMs: 0 } };
    const stepped = await SteppedEngine.start(options);
    const steps = stepsFunction(stepped.engine);
    boundHeap(stepped.engine, steps);
    const runs = new DrivenRuns(stepped);
    try {
      await fill(stepped, partials);
      const { item, history } = await runs.run('replay', { from: 'trim-horizon', force: true }, 'switched');
      await stepped.finish();
      const { Compared, HeldFromMs = Number.NaN, HeldUntilMs = Number.NaN } = item;
      if (Compared?.Equal !== partials) throw new Error(`${Compared?.Equal} of ${partials} partials were found equal`);
      const heldMs = HeldUntilMs - HeldFromMs;
      const memoryMb = log.memoryMbMax.get(steps) ?? Number.NaN;
      const workedMs = heldMs - waitedMs(history, HeldFromMs, HeldUntilMs);
      return { partials, heldSeconds: heldMs / 1000, workedSeconds: workedMs / 1000, memoryMb };
    } finally {
      runs.close();
      await stepped.stop();
    }
  });
}

/** An event of every name, counted, and so many partials that both generations hold already: a recount would come to the same. */
async function fill(stepped: SteppedEngine, partials: number): Promise<void> {
  const { engine, source, clock } = stepped;
  // Nobody publishes them: that is not what is measured.
  const publishing = engine.mappings.list().find(({ options }) => options.functionName === source.publish);
  publishing?.update(false);
  await publishing?.settled();
  const names = Array.from({ length: Math.ceil(partials / bucketsASeries) }, (_, index) => `event ${index}`);
  const utc_timestamp = new Date(clock.now()).toISOString();
  const events = names.map((event_type) => Buffer.from(JSON.stringify({ event_type, utc_timestamp })));
  await stepped.put(events.map((data, index) => ({ data, partitionKey: String(index) })));
  clock.scale(1);
  await engine.mappings.idle({ endWindows: true });
  await putPartials(stepped, names, partials - names.length);
}

/** In what an execution waited for time to pass between two times. */
function waitedMs(history: readonly HistoryEvent[], fromMs: number, untilMs: number): number {
  let [sum, enteredMs] = [0, 0];
  for (const { type, atMs } of history) {
    if (type === 'WaitStateEntered') enteredMs = Math.max(fromMs, atMs);
    else if (type === 'WaitStateExited') sum += Math.max(0, Math.min(untilMs, atMs) - enteredMs);
  }
  return sum;
}
