import { defineAction } from '../action.ts';
import { structure } from '../input.ts';

const onDemandStreamCountMax = 50;

export const describeLimits = defineAction({
  input: structure({}),
  run(streams) {
    return {
      ShardLimit: streams.shardCountMax,
      OpenShardCount: streams.openShardCount(),
      OnDemandStreamCount: streams.all().filter(({ mode }) => mode === 'ON_DEMAND').length,
      OnDemandStreamCountLimit: onDemandStreamCountMax,
    };
  },
});
