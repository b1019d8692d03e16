import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { EngineClock } from '../src/clock.ts';
import type { FunctionDefinition } from '../src/lambda/definition.ts';
import { LambdaHost } from '../src/lambda/host.ts';
import { LambdaMetrics } from '../src/lambda/lambda-metrics.ts';
import { MetricStore } from '../src/services/cloudwatch/store.ts';
import { KinesisServer } from '../src/services/kinesis/server.ts';
import type { Dispatch } from '../src/sources/destination.ts';
import { KinesisSource } from '../src/sources/kinesis-source.ts';
import { EventSourceMapping, type MappingEvent } from '../src/sources/mapping.ts';
import { memoryPositions, type PositionStore } from '../src/sources/positions.ts';
import { readSettings } from '../src/sources/settings.ts';
import { inlineFunction } from './inline-function.ts';

export interface HostedOptions {
  /** A module that exports `handler`; may use `textsOf(event)` and `write(anything)`, whose lines `lines` gives. */
  readonly code: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly definition?: Partial<FunctionDefinition>;
  readonly dispatch?: Dispatch;
  readonly clock?: EngineClock;
  /** Streams of another mapping; else one named `web` is made. */
  readonly kinesis?: KinesisServer;
  readonly shards?: number;
  readonly positions?: PositionStore;
  readonly windowCloseDelayMs?: number;
}

export interface HostedMapping {
  readonly mapping: EventSourceMapping;
  readonly host: LambdaHost;
  readonly kinesis: KinesisServer;
  readonly clock: EngineClock;
  readonly positions: PositionStore;
  readonly events: MappingEvent[];
  /** What Lambda has published of the function so far, all minutes together. */
  sum(metricName: string): number;
  put(texts: readonly string[]): Promise<void>;
  /** What the function wrote so far, in all its processes. */
  lines<Line>(): Line[];
}

const streamName = 'web';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Run when the test is over, in reverse order. */
export function afterwards(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

const prelude = `
  import { appendFileSync } from 'node:fs';
  const textsOf = (event) => event.Records.map((record) => Buffer.from(record.kinesis.data, 'base64').toString());
  const write = (line) => appendFileSync(process.env.OUT, JSON.stringify(line) + '\\n');`;

/** A mapping on a real stream whose function runs in real sandboxes. Its clock runs 100 times as fast as the wall. Not started. */
export async function hostedMapping({ code, ...options }: HostedOptions): Promise<HostedMapping> {
  const { clock = new EngineClock({ factor: 100 }), positions = memoryPositions(), shards = 1 } = options;
  const kinesis = options.kinesis ?? new KinesisServer({ clock });
  if (options.kinesis === undefined) {
    await kinesis.invoke('CreateStream', { StreamName: streamName, ShardCount: shards });
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-out-'));
  const out = path.join(folder, 'out');
  const { definition, remove } = inlineFunction(prelude + code, { environment: { OUT: out }, ...options.definition });
  const store = new MetricStore(undefined);
  const metrics = new LambdaMetrics(store, clock);
  const host = new LambdaHost({ clock, region: 'us-east-1', endpoint: () => 'http://127.0.0.1:1', metrics });
  host.deploy(definition);
  const read = readSettings(options.settings ?? {});
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  const events: MappingEvent[] = [];
  const mapping = new EventSourceMapping({
    uuid: '00000000-0000-4000-8000-000000000002',
    functionName: definition.functionName,
    functionArn: definition.functionArn,
    region: 'us-east-1',
    source: new KinesisSource({
      server: kinesis,
      clock,
      streamArn: `arn:aws:kinesis:us-east-1:000000000000:stream/${streamName}`,
      region: 'us-east-1',
      role: definition.role,
    }),
    settings: read.settings,
    startingPosition: { at: 'TRIM_HORIZON' },
    invoker: host,
    clock,
    positions,
    windowCloseDelayMs: options.windowCloseDelayMs,
    dispatch: options.dispatch ?? (() => Promise.reject(new Error('no destination'))),
    metrics,
    observe: (event) => events.push(event),
  });
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  afterwards(remove);
  afterwards(() => host.close());
  afterwards(() => mapping.stop());
  return {
    ...{ mapping, host, kinesis, clock, positions, events },
    sum(metricName) {
      const dimensions = [{ name: 'FunctionName', value: definition.functionName }];
      const points = store.points({ namespace: 'AWS/Lambda', metricName, dimensions }, 0, Number.MAX_SAFE_INTEGER);
      return points.reduce((total, { sum }) => total + sum, 0);
    },
    async put(texts) {
      for (let from = 0; from < texts.length; from += 500) {
        const Records = texts.slice(from, from + 500).map((text) => ({
          Data: Buffer.from(text),
          PartitionKey: text.slice(0, 256),
        }));
        await kinesis.invoke('PutRecords', { StreamName: streamName, Records });
      }
    },
    lines: <Line>() => linesOf(out).map((line) => JSON.parse(line) as Line),
  };
}

/** None where nothing was written yet. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
