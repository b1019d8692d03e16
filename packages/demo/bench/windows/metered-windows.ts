import { join } from 'node:path';
import { Readings } from '@tidemark/core/bench/readings';
import type { EventFields } from '@tidemark/core/config';
import { countingFunction, type DeployedSource } from '@tidemark/core/deployment';
import { Expectation } from '@tidemark/core/generate/expectation';
import { WindowExpectation } from '@tidemark/core/generate/window-expectation';
import type { FunctionUse } from '../metering/function-use.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { findRows, type RowsFound } from './found.ts';
import { type Design, type Traffic, windowSeconds } from './scenario.ts';
import { type StoredRows, storedRows } from './stored-rows.ts';

export interface WindowsRunOptions {
  /** The folder of the cloud assembly of `configurationOf`. */
  readonly assembly: string;
  /** The folder of the published design's bundle. */
  readonly published: string;
  readonly design: Design;
  readonly traffic: Traffic;
  /** Engine time before anything is metered: whole windows. */
  readonly warmUpSeconds: number;
  /** Engine time that is metered: whole windows. */
  readonly seconds: number;
}

export interface WindowsRun extends Pick<WindowsRunOptions, 'design' | 'traffic' | 'seconds'> {
  readonly readings: number;
  readonly bytesPerReading: number;
  readonly shards: number;
  readonly batchWindowSeconds: number;
  /** Windows that ended meanwhile, on all shards together. */
  readonly closings: number;
  /** Of the function that adds up, or counts. */
  readonly adding: FunctionUse;
  /** The published design publishes nothing. */
  readonly publish?: FunctionUse;
  /** Rows of the windows that ended meanwhile. */
  readonly stored: StoredRows;
  /** Warm-up included. */
  readonly found: RowsFound;
}

/** Batches that gather from here on straddle the end of a window once in six, as batches of no particular phase do. */
const startMs = Date.parse('2026-11-02T12:10:05Z');

/** Has a steady stream of readings added up by real handlers in the engine, meters what they use, and compares every row with what was sent. */
export async function meteredWindows(options: WindowsRunOptions): Promise<WindowsRun> {
  const { assembly, design, traffic, seconds } = options;
  // The published design puts items, which the role of Tidemark's function does not let it do.
  const stepped = await SteppedEngine.start({ assembly, startMs, enforceRoles: design !== 'published' });
  const { source, client } = stepped;
  const adding = addingFunction(source);
  try {
    if (design === 'published') await hostPublished(stepped, adding, options.published);
    const sending = new Sending(traffic);
    await stepped.run(options.warmUpSeconds, sending.recordsOf);
    const [before, fromMs] = [stepped.read(), stepped.clock.now()];
    const bytesBefore = sending.bytes;
    await stepped.run(seconds, sending.recordsOf);
    const [after, toMs] = [stepped.read(), stepped.clock.now()];
    const bytes = sending.bytes - bytesBefore;
    await stepped.finish();
    const found = await findRows(design, source, client, sending);
    if (design !== 'published' && found.wrong + found.missing > 0) {
      throw new Error(`${found.rows} rows must be; ${found.wrong} are wrong, ${found.missing} missing`);
    }
    const shards = await stepped.shards();
    const batchWindowSeconds = mappingOf(stepped, adding).settings.MaximumBatchingWindowInSeconds;
    // A window is closed by the first batch that goes beyond it, when that has gathered.
    const closingMs = batchWindowSeconds * 1_000;
    const stored = await storedRows(client, source.seriesTable, fromMs - closingMs, toMs - closingMs);
    const readings = seconds * traffic.readingsPerSecond;
    return {
      ...{ design, traffic, seconds, readings, bytesPerReading: Math.round(bytes / readings), shards },
      ...{ batchWindowSeconds, stored },
      closings: (seconds / windowSeconds) * shards,
      adding: stepped.useBetween(before, after, adding),
      ...(design === 'published' ? {} : { publish: stepped.useBetween(before, after, source.publish) }),
      found,
    };
  } finally {
    await stepped.stop();
  }
}

function addingFunction(source: DeployedSource): string {
  return source.window?.function ?? countingFunction(source);
}

/** Puts the published design's code in place of Tidemark's: same stream, table, mapping and memory. Nobody reads what the table's stream tells. */
async function hostPublished(stepped: SteppedEngine, functionName: string, folder: string): Promise<void> {
  const { host } = stepped.engine;
  host.deploy({ ...host.definition(functionName), codeFolder: join(folder, 'window') });
  const publishing = mappingOf(stepped, stepped.source.publish);
  publishing.update(false);
  await publishing.settled();
}

function mappingOf({ engine }: SteppedEngine, functionName: string) {
  const mapping = engine.mappings.list().find(({ options }) => options.functionName === functionName);
  if (mapping === undefined) throw new Error(`nothing is mapped to ${functionName}`);
  return mapping;
}

/** Readings on their way, and what must become of them. The same traffic is the same readings for every design. */
class Sending {
  readonly windows = new WindowExpectation(windowSeconds);
  readonly counts = new Expectation(['1m']);
  readonly #readings: Readings;
  readonly #perSecond: number;
  /** Of data that was sent. */
  bytes = 0;

  constructor({ unicorns, keying, measures, readingsPerSecond }: Traffic) {
    const fields: EventFields = {
      name: ['Name'],
      time: ['StatusTime'],
      measures: Object.entries(measures).map(([name, field]) => ({ name, path: [field] })),
    };
    this.#readings = new Readings({ seed: 3, unicorns, keying, fields });
    this.#perSecond = readingsPerSecond;
  }

  readonly recordsOf = (_second: number, atMs: number) =>
    Array.from({ length: this.#perSecond }, () => {
      const { data, partitionKey, expected } = this.#readings.next(atMs);
      this.windows.add(expected, atMs);
      this.counts.add(expected);
      this.bytes += data.length;
      return { data, partitionKey };
    });
}
