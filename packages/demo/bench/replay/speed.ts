import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TidemarkInput } from '@tidemark/core/config/input';
import { withAssembly } from '../assembly.ts';
import { assumptions } from '../cost/scenario.ts';
import { processorMs } from '../metering/processor-time.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { measures } from './feed.ts';
import { FunctionLog, type RecountedBatch } from './function-log.ts';
import type { Lag } from './lag.ts';
import { batchTrips } from './replay-bill.ts';
import { recountFunction } from './run-functions.ts';
import { type Beside, type SpeedOptions, SpeedTrial } from './speed-trial.ts';
import { batchRecords } from './steady-rate.ts';
import { hostUnpaced } from './unpaced.ts';

export interface SpeedFound extends SpeedOptions {
  /** Of live counting without a recount. */
  readonly alone: Lag;
  readonly paced: Beside;
  readonly unpaced: Beside;
  /** Records for each second that the function without its pace runs on this machine: what it could do were there no shard to read. */
  readonly functionRecordsASecond: number;
  /** The same for AWS, from its processor time, as bills are estimated; undefined where the system does not tell. */
  readonly estimatedRecordsASecond: number | undefined;
}

/** Buckets and windows, in batches of a second: the less is gathered, the better one sees what lags. */
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
};

const startMs = Date.parse('2026-11-02T12:10:05Z');

/** How fast the real function recounts a shard whose limits are those of AWS, in real time, and what live counting has of it meanwhile. */
export function speedOf(options: SpeedOptions): Promise<SpeedFound> {
  return withAssembly(configuration, async (assembly) => {
    const log = new FunctionLog();
    const stepped = await SteppedEngine.start({ assembly, startMs, enforceShardLimits: true, onLog: log.onLog });
    const unpaced = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
    const trial = new SpeedTrial(stepped, log, options);
    try {
      await trial.fill();
      const alone = await trial.live();
      const paced = await trial.recount();
      await hostUnpaced(stepped.engine, unpaced);
      const before = log.recounted.length;
      log.durationsMs.clear();
      const without = await trial.recount();
      const capability = capabilityOf(stepped, log, log.recounted.slice(before));
      await stepped.finish();
      return { ...options, alone, paced, unpaced: without, ...capability };
    } finally {
      trial.close();
      await stepped.stop();
      await rm(unpaced, { recursive: true });
    }
  });
}

/** What the function could do that has counted these batches, its sandbox included, from its start on. */
function capabilityOf({ engine }: SteppedEngine, log: FunctionLog, batches: readonly RecountedBatch[]) {
  const name = recountFunction(engine);
  const { memoryMb } = engine.host.definition(name);
  const records = batches.reduce((sum, batch) => sum + batch.records, 0);
  const ranMs = log.durationsMs.get(name)?.reduce((sum, ms) => sum + ms, 0) ?? 0;
  const workedMs = processorMs()?.get(name);
  const onAws = (ms: number) =>
    (ms * Math.max(1, assumptions.coreMemoryMb / memoryMb)) / records +
    (batchTrips * assumptions.roundTripMs) / batchRecords;
  return {
    functionRecordsASecond: (records / ranMs) * 1000,
    estimatedRecordsASecond: workedMs === undefined ? undefined : 1000 / onAws(workedMs),
  };
}
