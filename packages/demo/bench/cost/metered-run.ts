import { join } from 'node:path';
import { countingFunction, type DeployedSource } from '@tidemark/core/deployment';
import { EngineClock } from '@tidemark/local/clock';
import { stageOf } from '@tidemark/local/control';
import { type Engine, startEngine } from '@tidemark/local/engine';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { recordsPerCallMax } from '@tidemark/ops-cli/produce/record';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import { Activity } from './activity.ts';
import { eventsOfSecond } from './events.ts';
import { type FunctionUse, readNow, useBetween } from './function-use.ts';
import { type Design, scenario } from './scenario.ts';
import { readStored, type Stored } from './stored.ts';

export interface RunOptions {
  /** The folder of the cloud assembly with the default settings. */
  readonly assembly: string;
  /** The folder of the published design's bundles. */
  readonly published: string;
  readonly design: Design;
  readonly batchSize: number;
  /** Engine time that is metered, in seconds: a multiple of the window. */
  readonly seconds: number;
}

export interface MeteredRun extends Pick<RunOptions, 'design' | 'batchSize' | 'seconds'> {
  readonly events: number;
  readonly shards: number;
  readonly windowSeconds: number;
  readonly count: FunctionUse;
  readonly publish: FunctionUse;
  /** Warm-up included. */
  readonly stored: Stored;
}

/** Windows of ten seconds that begin here straddle a minute once in six, as windows of no particular phase do. */
const startMs = Date.parse('2026-11-02T12:10:05Z');
/**
 * Cold starts, first reads and the admission of names happen once, and a sandbox of AWS lives for hours: what is metered comes after
 * a minute of small batches, in which each sandbox has run so often that its code is compiled, and the first whole windows.
 */
const warmUp = { batchSize: 250, seconds: 60, windows: 2 } as const;

/**
 * Counts a steady stream of events with real handlers in the engine, and meters what they use. The engine's clock stands still but
 * for steps of a second, and the events of a step are put when all that was due is done: no invocation is late, and every
 * batch gathers for its whole window and no longer.
 */
export async function meteredRun(options: RunOptions): Promise<MeteredRun> {
  const clock = new EngineClock({ startMs, factor: 0 });
  const activity = new Activity();
  const faults: string[] = [];
  const engine = await startEngine({
    assembly: options.assembly,
    clock,
    onLog: activity.onLog,
    onMappingEvent: ({ kind, reason }) => faults.push(`${kind}: ${reason}`),
    onError: (error) => faults.push(String(error)),
  });
  const target = await engineTarget(engine.endpoint, stageOf(engine.stackName), engine.region);
  const source = chooseSource(target, undefined);
  const kinesis = new Kinesis(target.client);
  try {
    if (options.design === 'published') hostPublished(engine, source, options.published);
    const put = kinesis.putRecords(source.stream);
    let second = 0;
    const run = async (seconds: number): Promise<void> => {
      for (const end = second + seconds; second < end; second += 1) {
        clock.advance(1_000);
        await activity.settled();
        const records = eventsOfSecond(second, clock.now());
        for (let from = 0; from < records.length; from += recordsPerCallMax) {
          const { refused, reason } = await put(records.slice(from, from + recordsPerCallMax));
          if (refused.length > 0) throw new Error(`the stream refused ${refused.length} records: ${reason}`);
        }
        await activity.settled();
      }
    };
    await setBatchSize(engine, source, warmUp.batchSize);
    await run(warmUp.seconds);
    const windowSeconds = await setBatchSize(engine, source, options.batchSize);
    await run(warmUp.windows * windowSeconds);
    const before = readNow(engine, activity);
    await run(options.seconds);
    const after = readNow(engine, activity);
    await engine.mappings.idle({ endWindows: true });
    if (faults.length > 0) throw new Error(`a metered run must go without faults: ${faults.join('; ')}`);
    const stored = await readStored(target.client, source.seriesTable);
    expectAll(stored.counted, second * scenario.eventsPerSecond);
    const use = (name: string) => useBetween(before, after, name, engine.host.definition(name).memoryMb);
    return {
      ...{ design: options.design, batchSize: options.batchSize, seconds: options.seconds, windowSeconds, stored },
      ...{ events: options.seconds * scenario.eventsPerSecond, shards: await shardsOf(kinesis, source.stream) },
      ...{ count: use(countingFunction(source)), publish: use(source.publish) },
    };
  } finally {
    kinesis.close();
    await engine.stop();
  }
}

/** Puts the published design's code in place of Tidemark's: same stream, tables, mappings, memory and roles. */
function hostPublished({ host }: Engine, source: DeployedSource, folder: string): void {
  host.deploy({ ...host.definition(countingFunction(source)), codeFolder: join(folder, 'count') });
  host.deploy({ ...host.definition(source.publish), codeFolder: join(folder, 'publish') });
}

/** Returns the window of the mapping, in seconds. */
async function setBatchSize({ mappings }: Engine, source: DeployedSource, BatchSize: number): Promise<number> {
  const mapping = mappings.list().find(({ options }) => options.functionName === countingFunction(source));
  if (mapping === undefined) throw new Error(`nothing is mapped to ${countingFunction(source)}`);
  mapping.update(true, { ...mapping.settings, BatchSize });
  await mapping.settled();
  return mapping.settings.MaximumBatchingWindowInSeconds;
}

async function shardsOf(kinesis: Kinesis, stream: string): Promise<number> {
  return (await kinesis.shards(stream)).length;
}

/** A design that counts something else would be no comparison. */
function expectAll(counted: number, sent: number): void {
  if (counted !== sent) throw new Error(`counted ${counted} of ${sent} events`);
}
