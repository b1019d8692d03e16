/**
 * How fast a Kinesis server takes and gives records, and how much memory it holds meanwhile.
 *
 *     npx -y pnpm@12 bench kinesis [--quick] [--json]
 *     npx -y pnpm@12 --filter @tidemark/local run bench [--records N] [--kinesis-local] [--endpoint URL --pid PID] [--json]
 *
 * Without options it measures the engine's own server: in process, on the wire, and on the wire with its records on
 * disk. `--kinesis-local` adds kinesis-mock, `--endpoint` any other server that runs already. Each server on the wire
 * is a process of its own.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { EngineClock } from '../src/clock.ts';
import { KinesisServer } from '../src/services/kinesis/server.ts';
import { kinesisLocalClient, startKinesisLocal } from '../test/kinesis-local.ts';
import { type KinesisResult, kinesisReport } from './kinesis-report.ts';

/** What is asked of a server: the part of the API that the measurement needs. */
interface Subject {
  createStream(name: string, shardCount: number): Promise<void>;
  putRecords(name: string, records: readonly Entry[]): Promise<number>;
  /** One page from an iterator, or from the beginning of a shard. */
  page(name: string, shardId: string, iterator: string | undefined): Promise<Page>;
}

interface Entry {
  readonly Data: Buffer;
  readonly PartitionKey: string;
}

interface Page {
  readonly count: number;
  readonly next: string | undefined;
  readonly millisBehind: number;
}

const streamName = 'bench';
const shardCount = 4;
const recordBytes = 350;
const recordsPerCall = 500;

const { values: options } = parseArgs({
  options: {
    records: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'kinesis-local': { type: 'boolean', default: false },
    endpoint: { type: 'string' },
    pid: { type: 'string' },
    json: { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
    directory: { type: 'string' },
  },
});

if (options.serve) await serve(options.directory);
else await main(Number(options.records ?? (options.quick ? 10_000 : 50_000)));

async function main(records: number): Promise<void> {
  const machine = describeMachine();
  const results = [await inProcess(records), await ownServer(records, false), await ownServer(records, true)];
  if (options['kinesis-local']) results.push(await kinesisLocal(records));
  if (options.endpoint !== undefined) {
    const client = kinesisLocalClient(options.endpoint);
    results.push(await measure(options.endpoint, onTheWire(client), records, Number(options.pid)));
  }
  printReport(kinesisReport(machine, { records, recordBytes, recordsPerCall, shardCount }, results), options.json);
}

async function inProcess(records: number): Promise<KinesisResult> {
  const server = new KinesisServer({ clock: new EngineClock() });
  const subject: Subject = {
    createStream: (StreamName, ShardCount) => server.invoke('CreateStream', { StreamName, ShardCount }),
    putRecords: async (StreamName, Records) =>
      (await server.invoke('PutRecords', { StreamName, Records })).FailedRecordCount,
    async page(StreamName, ShardId, iterator) {
      const ShardIterator =
        iterator ??
        (await server.invoke('GetShardIterator', { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))
          .ShardIterator;
      const { Records, NextShardIterator, MillisBehindLatest } = await server.invoke('GetRecords', { ShardIterator });
      return { count: Records.length, next: NextShardIterator, millisBehind: MillisBehindLatest };
    },
  };
  return measure('own, in process', subject, records, process.pid);
}

async function ownServer(records: number, persistent: boolean): Promise<KinesisResult> {
  const directory = persistent ? mkdtempSync(join(tmpdir(), 'tidemark-bench-')) : undefined;
  const child = spawn(
    process.execPath,
    [
      '--conditions=@tidemark/source',
      import.meta.filename,
      '--serve',
      ...(directory === undefined ? [] : ['--directory', directory]),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [endpoint] = (await once(createInterface(child.stdout), 'line')) as [string];
  const client = new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const name = persistent ? 'own, on the wire, on disk' : 'own, on the wire';
  const result = await measure(name, onTheWire(client), records, child.pid ?? 0);
  client.destroy();
  child.stdin.end();
  await once(child, 'exit');
  if (directory !== undefined) rmSync(directory, { recursive: true });
  return result;
}

async function kinesisLocal(records: number): Promise<KinesisResult> {
  const server = await startKinesisLocal();
  const client = kinesisLocalClient(server.endpoint);
  const result = await measure('kinesis-local', onTheWire(client), records, server.pid);
  client.destroy();
  await server.stop();
  return result;
}

/** The child's side: serves until its standard input ends. */
async function serve(directory: string | undefined): Promise<void> {
  const { startGateway } = await import('../src/gateway/gateway.ts');
  const kinesis = new KinesisServer({ clock: new EngineClock(), directory });
  const gateway = await startGateway({
    port: 0,
    services: new Map([['kinesis', kinesis]]),
    interceptors: [],
    control: async () => undefined,
    functionOf: () => undefined,
    onError: (error) => console.error(error),
  });
  console.log(gateway.endpoint);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await gateway.close();
  kinesis.close();
}

function onTheWire(client: KinesisClient): Subject {
  return {
    async createStream(StreamName, ShardCount) {
      await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
      await waitUntilStreamExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { StreamName });
    },
    putRecords: async (StreamName, Records) =>
      (await client.send(new PutRecordsCommand({ StreamName, Records: [...Records] }))).FailedRecordCount ?? 0,
    async page(StreamName, ShardId, iterator) {
      const ShardIterator =
        iterator ??
        (await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' })))
          .ShardIterator;
      const { Records, NextShardIterator, MillisBehindLatest } = await client.send(
        new GetRecordsCommand({ ShardIterator }),
      );
      return { count: Records?.length ?? 0, next: NextShardIterator, millisBehind: MillisBehindLatest ?? 0 };
    },
  };
}

async function measure(server: string, subject: Subject, records: number, pid: number): Promise<KinesisResult> {
  const calls = Array.from({ length: Math.ceil(records / recordsPerCall) }, (_, call) =>
    Array.from({ length: Math.min(recordsPerCall, records - call * recordsPerCall) }, (_unused, index) => ({
      Data: Buffer.alloc(recordBytes, `{"event_type":"page view","user":${call * recordsPerCall + index}}`),
      PartitionKey: `user ${call * recordsPerCall + index}`,
    })),
  );
  await subject.createStream(streamName, shardCount);
  const memoryBeforeMiB = residentMiB(pid);
  const cpuBefore = cpuSeconds(pid);
  const putMs = await timed(async () => {
    for (const call of calls) {
      if ((await subject.putRecords(streamName, call)) !== 0) throw new Error(`${server} failed records`);
    }
  });
  const memoryAfterMiB = residentMiB(pid);
  const read = { count: 0 };
  const readMs = await timed(async () => {
    for (let shard = 0; shard < shardCount; shard += 1) read.count += await readShard(subject, shard);
  });
  if (read.count !== records) throw new Error(`${server} gave ${read.count} of ${records} records`);
  const cpuAfter = cpuSeconds(pid);
  return {
    server,
    records,
    putSeconds: seconds(putMs),
    readSeconds: seconds(readMs),
    cpuSeconds: cpuBefore === null || cpuAfter === null ? null : seconds((cpuAfter - cpuBefore) * 1000),
    memoryBeforeMiB,
    memoryAfterMiB,
  };
}

async function readShard(subject: Subject, shard: number): Promise<number> {
  let count = 0;
  let iterator: string | undefined;
  do {
    const page = await subject.page(streamName, `shardId-${String(shard).padStart(12, '0')}`, iterator);
    count += page.count;
    iterator = page.next;
    if (page.count === 0 && page.millisBehind === 0) return count;
  } while (iterator !== undefined);
  return count;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const fromMs = performance.now();
  await work();
  return performance.now() - fromMs;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

/** Of a process since its start; Linux counts in hundredths. */
function cpuSeconds(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may hold anything; user and system time are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMiB(pid: number): number {
  return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024);
}
