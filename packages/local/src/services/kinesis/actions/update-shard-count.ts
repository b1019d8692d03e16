import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { required, structure } from '../input.ts';
import { streamReference } from '../members.ts';
import { refuseOnDemand } from '../reshard.ts';
import { integer, oneOf } from '../values.ts';

/** Splits and merges one after the other until all open shards are of one width. */
export const updateShardCount = defineAction({
  input: structure({
    ...streamReference,
    TargetShardCount: required(integer({ min: 1, max: 100_000 })),
    ScalingType: required(oneOf(['UNIFORM_SCALING'])),
  }),
  run(streams, { TargetShardCount: target, ...reference }) {
    const stream = streams.find(reference);
    refuseOnDemand(streams, stream);
    const current = stream.openShards().length;
    if (target > current * 2 || target * 2 < current) {
      const bound = target > current ? 'up over double' : 'down below half';
      throw new KinesisFault(
        'LimitExceededException',
        `UpdateShardCount cannot scale ${bound} your current open shard count. Current open shard count: ${current}, Target shard count: ${target}`,
      );
    }
    if (target > current) streams.admitShards(target - current);
    stream.rescale(target, streams.clock.now());
    streams.changed(stream);
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
});
