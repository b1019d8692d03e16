import { expect, it } from 'vitest';
import { testServer } from '../../../../test/kinesis-server.ts';

it('UpdateStreamMode changes the mode and leaves the shards', async () => {
  const { kinesis } = await testServer({ shardCount: 2 });
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
  await kinesis.invoke('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  const { StreamDescriptionSummary } = await kinesis.invoke('DescribeStreamSummary', { StreamARN });
  expect(StreamDescriptionSummary).toMatchObject({
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    OpenShardCount: 2,
  });
});
