import { join } from 'node:path';
import { countingFunction, type DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { FunctionUse } from '../metering/function-use.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { eventsOfSecond } from './events.ts';
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

/** Counts a steady stream of events with real handlers in the engine, and meters what they use. */
export async function meteredRun(options: RunOptions): Promise<MeteredRun> {
  const stepped = await SteppedEngine.start({ assembly: options.assembly, startMs });
  const { engine, source } = stepped;
  try {
    if (options.design === 'published') hostPublished(engine, source, options.published);
    await setBatchSize(engine, source, warmUp.batchSize);
    await stepped.run(warmUp.seconds, eventsOfSecond);
    const windowSeconds = await setBatchSize(engine, source, options.batchSize);
    await stepped.run(warmUp.windows * windowSeconds, eventsOfSecond);
    const before = stepped.read();
    await stepped.run(options.seconds, eventsOfSecond);
    const after = stepped.read();
    await stepped.finish();
    const stored = await readStored(stepped.client, source.seriesTable);
    expectAll(stored.counted, stepped.seconds * scenario.eventsPerSecond);
    const use = (name: string) => stepped.useBetween(before, after, name);
    return {
      ...{ design: options.design, batchSize: options.batchSize, seconds: options.seconds, windowSeconds, stored },
      ...{ events: options.seconds * scenario.eventsPerSecond, shards: await stepped.shards() },
      ...{ count: use(countingFunction(source)), publish: use(source.publish) },
    };
  } finally {
    await stepped.stop();
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

/** A design that counts something else would be no comparison. */
function expectAll(counted: number, sent: number): void {
  if (counted !== sent) throw new Error(`counted ${counted} of ${sent} events`);
}
