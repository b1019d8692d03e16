import { afterEach } from 'vitest';
import { EngineClock } from '../src/clock.ts';
import { type InvocationResult, InvokeFault } from '../src/lambda/invocation.ts';
import { KinesisServer } from '../src/services/kinesis/server.ts';
import type { Dispatch } from '../src/sources/destination.ts';
import { KinesisSource } from '../src/sources/kinesis-source.ts';
import { EventSourceMapping, type MappingEvent } from '../src/sources/mapping.ts';
import { memoryPositions, type PositionStore } from '../src/sources/positions.ts';
import { readSettings, type StartingPosition } from '../src/sources/settings.ts';

const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
const role = 'arn:aws:iam::000000000000:role/counter';

/** A record as the function sees it. */
export interface KinesisEventRecord {
  readonly eventID: string;
  readonly kinesis: {
    readonly data: string;
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** Seconds. */
    readonly approximateArrivalTimestamp: number;
  };
}

/** What the function saw of one delivery. */
export interface Delivery {
  readonly shardId: string;
  /** Decoded data. */
  readonly data: readonly string[];
  readonly records: readonly KinesisEventRecord[];
  /** Where the mapping has tumbling windows. */
  readonly windowed: WindowedEvent;
}

/** What an event says of its window. */
export interface WindowedEvent {
  readonly window: { readonly start: string; readonly end: string };
  readonly state: Readonly<Record<string, unknown>>;
  readonly shardId: string;
  readonly isFinalInvokeForWindow: boolean;
  readonly isWindowTerminatedEarly: boolean;
}

/** What a function does with a delivery: its answer, or an error thrown. */
export type Function = (delivery: Delivery, nth: number) => unknown;

export interface TriedMapping {
  readonly mapping: EventSourceMapping;
  readonly kinesis: KinesisServer;
  readonly clock: EngineClock;
  readonly deliveries: Delivery[];
  readonly events: MappingEvent[];
  readonly positions: PositionStore;
  /** The data of every delivery, one array a delivery. */
  readonly data: () => (readonly string[])[];
  put(...data: string[]): Promise<void>;
  /** To one shard of several, numbered in the order of their hash keys. */
  putTo(shard: number, ...data: string[]): Promise<void>;
}

export interface TriedOptions {
  readonly shards?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly startingPosition?: StartingPosition;
  readonly dispatch?: Dispatch;
  readonly kinesis?: KinesisServer;
  readonly positions?: PositionStore;
  readonly clock?: EngineClock;
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/**
 * A mapping on a real stream of 1 shard (or more) whose function is the one given. Its clock runs 100 times as fast as the
 * wall. Not started.
 */
export async function tryMapping(fn: Function, options: TriedOptions = {}): Promise<TriedMapping> {
  const clock = options.clock ?? new EngineClock({ factor: 100 });
  const kinesis = options.kinesis ?? new KinesisServer({ clock });
  const shards = options.shards ?? 1;
  if (options.kinesis === undefined) await kinesis.invoke('CreateStream', { StreamName: 'web', ShardCount: shards });
  const read = readSettings(options.settings ?? {});
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  const deliveries: Delivery[] = [];
  const events: MappingEvent[] = [];
  const positions = options.positions ?? memoryPositions();
  const mapping = new EventSourceMapping({
    uuid: '00000000-0000-4000-8000-000000000001',
    functionName: 'counter',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
    region: 'us-east-1',
    source: new KinesisSource({ server: kinesis, clock, streamArn, region: 'us-east-1', role }),
    settings: read.settings,
    startingPosition: options.startingPosition ?? { at: 'TRIM_HORIZON' },
    invoker: { invokeJson: (_, eventJson) => invoke(fn, eventJson, deliveries) },
    clock,
    positions,
    dispatch: options.dispatch ?? (() => Promise.reject(new Error('no destination'))),
    observe: (event) => events.push(event),
  });
  stops.push(() => mapping.stop());
  const putTo = async (shard: number, ...data: string[]) => {
    const key = ((2n ** 128n / BigInt(shards)) * BigInt(shard)).toString();
    for (let from = 0; from < data.length; from += 500) {
      const part = data.slice(from, from + 500);
      const Records = part.map((text) => ({ Data: Buffer.from(text), PartitionKey: 'p', ExplicitHashKey: key }));
      await kinesis.invoke('PutRecords', { StreamName: 'web', Records });
    }
  };
  const data = () => deliveries.map((delivery) => delivery.data);
  return { mapping, kinesis, clock, deliveries, events, positions, data, putTo, put: (...each) => putTo(0, ...each) };
}

async function invoke(fn: Function, eventJson: string, deliveries: Delivery[]): Promise<InvocationResult> {
  const { Records: records, ...windowed } = JSON.parse(eventJson) as WindowedEvent & { Records: KinesisEventRecord[] };
  const data = records.map((record) => Buffer.from(record.kinesis.data, 'base64').toString('utf8'));
  const delivery = { shardId: records[0]?.eventID.split(':')[0] ?? '', data, records, windowed };
  deliveries.push(delivery);
  try {
    return { ok: true, payload: await fn(delivery, deliveries.length) };
  } catch (error) {
    if (error instanceof InvokeFault) throw error;
    return { ok: false, functionError: 'Unhandled', errorType: 'Error', errorMessage: String(error) };
  }
}

/** `1` to `count`. */
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
export const fail = () => {
  throw new Error('no');
};
/** Succeeds but for deliveries that hold the record. */
export const failOn = (poison: string) => (delivery: Delivery) => (delivery.data.includes(poison) ? fail() : undefined);

/** Splits a shard in the middle. `shard` is how its id ends. */
export async function split({ kinesis }: Pick<TriedMapping, 'kinesis'>, shard: string): Promise<void> {
  const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
  const parent = Shards.find(({ ShardId }) => ShardId.endsWith(shard));
  const end = BigInt(parent?.HashKeyRange.EndingHashKey ?? 0);
  const start = BigInt(parent?.HashKeyRange.StartingHashKey ?? 0);
  const NewStartingHashKey = ((start + end) / 2n).toString();
  await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: parent?.ShardId ?? '', NewStartingHashKey });
}

/** Splits the open shard that the number means, if it can be split further. */
export async function splitOpen({ kinesis }: Pick<TriedMapping, 'kinesis'>, which: number): Promise<void> {
  const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
  const open = Shards.filter((shard) => shard.SequenceNumberRange.EndingSequenceNumber === undefined);
  const shard = open[which % open.length];
  const start = BigInt(shard?.HashKeyRange.StartingHashKey ?? 0);
  const end = BigInt(shard?.HashKeyRange.EndingHashKey ?? 0);
  if (shard === undefined || end - start < 2n) return;
  const NewStartingHashKey = ((start + end) / 2n + 1n).toString();
  await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: shard.ShardId, NewStartingHashKey });
}

/** Long enough for a poller to have looked again. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250));
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
