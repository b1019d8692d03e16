import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { hashKeyAfter, parseHashKey } from '../hash-key.ts';
import { required, structure } from '../input.ts';
import { hashKeyDecimal, shardId, streamReference } from '../members.ts';
import { refuseClosed, refuseOnDemand } from '../reshard.ts';

export const splitShard = defineAction({
  input: structure({
    ...streamReference,
    ShardToSplit: required(shardId),
    NewStartingHashKey: required(hashKeyDecimal),
  }),
  run(streams, { ShardToSplit, NewStartingHashKey, ...reference }) {
    const stream = streams.find(reference);
    refuseOnDemand(streams, stream);
    const shard = streams.findShard(stream, ShardToSplit);
    refuseClosed(streams, stream, shard);
    streams.admitShards(1);
    const start = parseHashKey(NewStartingHashKey);
    if (start === undefined || start <= hashKeyAfter(shard.range.start) || start >= shard.range.end) {
      const { StartingHashKey, EndingHashKey } = shard.showRange();
      throw new KinesisFault(
        'InvalidArgumentException',
        `NewStartingHashKey ${NewStartingHashKey} used in SplitShard() on shard ${shard.id} in stream ${stream.name} ` +
          `under account ${streams.accountId} is not both greater than one plus the shard's StartingHashKey ` +
          `${StartingHashKey} and less than the shard's EndingHashKey ${EndingHashKey}.`,
      );
    }
    stream.split(shard, start, streams.clock.now());
    streams.changed(stream);
  },
});
