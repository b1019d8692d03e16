import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('DescribeLimits counts provisioned shards and on-demand streams', async () => {
  const { kinesis } = await testServer({ shardCount: 3, shardCountMax: 7 });
  await kinesis.invoke('CreateStream', { StreamName: 'rides', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  expect(await kinesis.invoke('DescribeLimits', {})).toEqual({
    ShardLimit: 7,
    OpenShardCount: 3,
    OnDemandStreamCount: 1,
    OnDemandStreamCountLimit: 50,
  });
});
