import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { hashKeyBefore } from '../hash-key.ts';
import { required, structure } from '../input.ts';
import { shardId, streamReference } from '../members.ts';
import { refuseClosed, refuseOnDemand } from '../reshard.ts';

/** `ShardToMerge` is the one with the lower keys; the other way round AWS refuses. */
export const mergeShards = defineAction({
  input: structure({
    ...streamReference,
    ShardToMerge: required(shardId),
    AdjacentShardToMerge: required(shardId),
  }),
  run(streams, { ShardToMerge, AdjacentShardToMerge, ...reference }) {
    const stream = streams.find(reference);
    refuseOnDemand(streams, stream);
    const lower = streams.findShard(stream, ShardToMerge);
    const upper = streams.findShard(stream, AdjacentShardToMerge);
    refuseClosed(streams, stream, lower);
    refuseClosed(streams, stream, upper);
    if (lower.range.end !== hashKeyBefore(upper.range.start)) {
      throw new KinesisFault(
        'InvalidArgumentException',
        `Shards ${lower.id} and ${upper.id} in stream ${stream.name} under account ${streams.accountId} ` +
          'are not an adjacent pair of shards eligible for merging',
      );
    }
    stream.merge(lower, upper, streams.clock.now());
    streams.changed(stream);
  },
});
