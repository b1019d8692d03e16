import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { optional, required, structure } from '../input.ts';
import { shardId, streamReference } from '../members.ts';
import type { Shard, ShardOutput } from '../shard.ts';
import { formatShardsToken, parseShardsToken, type ShardFilter } from '../shards-token.ts';
import type { Stream } from '../stream.ts';
import type { Streams } from '../streams.ts';
import { instant, integer, oneOf, text } from '../values.ts';

const shardsMax = 1_000;

const filterTypes = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
] as const;

const input = structure({
  ...streamReference,
  NextToken: text({ min: 1, max: 1_048_576 }),
  ExclusiveStartShardId: shardId,
  MaxResults: integer({ min: 1, max: 10_000 }),
  StreamCreationTimestamp: instant(),
  ShardFilter: optional(structure({ Type: required(oneOf(filterTypes)), ShardId: shardId, Timestamp: instant() })),
});

export interface ListShardsOutput {
  readonly Shards: readonly ShardOutput[];
  readonly NextToken?: string;
}

export const listShards = defineAction({
  input,
  run(streams, { NextToken, MaxResults = shardsMax, ExclusiveStartShardId, ShardFilter, ...asked }): ListShardsOutput {
    const nowMs = streams.clock.now();
    const { reference, filter, afterShardId } =
      NextToken === undefined
        ? { reference: asked, filter: checkFilter(ShardFilter), afterShardId: ExclusiveStartShardId ?? '' }
        : continued(NextToken, asked, ExclusiveStartShardId, ShardFilter, nowMs);
    const stream = findCreated(streams, reference, asked.StreamCreationTimestamp);
    const shards = stream
      .listedShards(nowMs)
      .filter((shard) => shard.id > afterShardId && passes(shard, filter, stream, nowMs));
    const shown = shards.slice(0, MaxResults);
    const last = shown.at(-1);
    return {
      Shards: shown.map((shard) => shard.show()),
      ...(last !== undefined &&
        shown.length < shards.length && {
          NextToken: formatShardsToken({ streamName: stream.name, filter, afterShardId: last.id }, nowMs),
        }),
    };
  },
});

/** A token stands for stream and filter; naming them again is refused. */
function continued(
  token: string,
  asked: {
    StreamName?: string | undefined;
    StreamARN?: string | undefined;
    StreamCreationTimestamp?: number | undefined;
  },
  exclusiveStartShardId: string | undefined,
  filter: ShardFilter | undefined,
  nowMs: number,
) {
  const others = [asked.StreamName, asked.StreamCreationTimestamp, exclusiveStartShardId, filter];
  if (others.some((other) => other !== undefined)) {
    throw new KinesisFault(
      'InvalidArgumentException',
      'NextToken cannot be provided together with StreamName, StreamCreationTimestamp, ExclusiveStartShardId or ShardFilter.',
    );
  }
  const { streamName, filter: kept, afterShardId } = parseShardsToken(token, nowMs);
  return { reference: { StreamName: streamName, StreamARN: asked.StreamARN }, filter: kept, afterShardId };
}

function findCreated(
  streams: Streams,
  reference: { StreamName?: string | undefined; StreamARN?: string | undefined },
  createdMs: number | undefined,
): Stream {
  const stream = streams.find(reference);
  // The API's timestamps may have been rounded to seconds on their way.
  if (createdMs !== undefined && Math.floor(createdMs / 1000) !== Math.floor(stream.createdMs / 1000)) {
    throw new KinesisFault(
      'ResourceNotFoundException',
      `Stream ${stream.name} under account ${streams.accountId} was not created at ${new Date(createdMs).toISOString()}.`,
    );
  }
  return stream;
}

function checkFilter(filter: ShardFilter | undefined): ShardFilter | undefined {
  if (filter === undefined) return undefined;
  const { Type, ShardId, Timestamp } = filter;
  const byId = Type === 'AFTER_SHARD_ID';
  const byTime = Type === 'AT_TIMESTAMP' || Type === 'FROM_TIMESTAMP';
  if ((ShardId !== undefined) !== byId || (Timestamp !== undefined) !== byTime) {
    throw new KinesisFault(
      'InvalidArgumentException',
      'A ShardFilter takes a ShardId with AFTER_SHARD_ID, a Timestamp with AT_TIMESTAMP and FROM_TIMESTAMP, and neither with other types.',
    );
  }
  return filter;
}

function passes(shard: Shard, filter: ShardFilter | undefined, stream: Stream, nowMs: number): boolean {
  const horizonMs = stream.horizonMs(nowMs);
  const closedAtMs = shard.closedAtMs ?? Number.POSITIVE_INFINITY;
  const timeMs = Math.max(filter?.Timestamp ?? 0, horizonMs);
  switch (filter?.Type) {
    case 'AFTER_SHARD_ID':
      return shard.id > (filter.ShardId ?? '');
    case 'AT_LATEST':
      return shard.isOpen;
    case 'AT_TRIM_HORIZON':
      // A stream younger than its retention has its beginning at the horizon.
      return shard.openedAtMs <= Math.max(horizonMs, stream.createdMs);
    case 'AT_TIMESTAMP':
      return shard.openedAtMs <= timeMs && closedAtMs >= timeMs;
    case 'FROM_TIMESTAMP':
      return closedAtMs >= timeMs;
    case 'FROM_TRIM_HORIZON':
    case undefined:
      return true;
  }
}
