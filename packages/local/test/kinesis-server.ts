import { expect } from 'vitest';
import { EngineClock } from '../src/clock.ts';
import type { KinesisFault } from '../src/services/kinesis/fault.ts';
import { KinesisServer, type KinesisServerOptions, type OutputOf } from '../src/services/kinesis/server.ts';

export const startMs = Date.parse('2026-11-02T09:00:00.250Z');
export const hourMs = 3_600_000;

/** A server on a clock that stands still, with one provisioned stream, `web`. For tests. */
export async function testServer(options: Partial<KinesisServerOptions> & { readonly shardCount?: number } = {}) {
  const clock = new EngineClock({ startMs, factor: 0 });
  const kinesis = new KinesisServer({ clock, ...options });
  await kinesis.invoke('CreateStream', { StreamName: 'web', ShardCount: options.shardCount ?? 1 });
  return { clock, kinesis };
}

export function put(kinesis: KinesisServer, text: string, partitionKey = 'a'): Promise<OutputOf<'PutRecord'>> {
  return kinesis.invoke('PutRecord', { StreamName: 'web', Data: Buffer.from(text), PartitionKey: partitionKey });
}

type Place = Omit<Parameters<typeof iteratorOf>[1], 'ShardId'> & { readonly ShardId?: string };

export async function iteratorOf(
  kinesis: KinesisServer,
  place: {
    readonly ShardId: string;
    readonly ShardIteratorType:
      | 'AT_SEQUENCE_NUMBER'
      | 'AFTER_SEQUENCE_NUMBER'
      | 'TRIM_HORIZON'
      | 'LATEST'
      | 'AT_TIMESTAMP';
    readonly StartingSequenceNumber?: string;
    readonly Timestamp?: Date;
  },
): Promise<string> {
  const { ShardIterator } = await kinesis.invoke('GetShardIterator', { StreamName: 'web', ...place });
  return ShardIterator;
}

/** One `GetRecords` from a place in the first shard. */
export async function read(
  kinesis: KinesisServer,
  place: Place = { ShardIteratorType: 'TRIM_HORIZON' },
  limit?: number,
): Promise<OutputOf<'GetRecords'>> {
  const ShardIterator = await iteratorOf(kinesis, { ShardId: 'shardId-000000000000', ...place });
  return kinesis.invoke('GetRecords', { ShardIterator, Limit: limit });
}

export function textsOf({ Records }: OutputOf<'GetRecords'>): string[] {
  return Records.map(({ Data }) => Data.toString());
}

/** What a `KinesisFault` of this type looks like to `toMatchObject`. */
export function fault(type: KinesisFault['type'], message?: RegExp) {
  return message === undefined ? { type } : { type, message: expect.stringMatching(message) };
}
