import { DeletePipeCommand, StartPipeCommand, StopPipeCommand } from '@aws-sdk/client-pipes';
import { expect, it } from 'vitest';
import { pipedStack, pipeName, roleArnOf } from '../../../test/piped-stack.ts';

it('carries records to a function, is stopped and started, and deleted', async () => {
  const { engine, pipes, create, describe, put, calls, texts, streamArn, functionArn } = await pipedStack();
  await put('1', '2', '3');
  const created = await create({
    SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON', BatchSize: 2 } },
  });
  const arn = `arn:aws:pipes:us-east-1:000000000000:pipe/${pipeName}`;
  expect(created).toMatchObject({ Arn: arn, Name: pipeName, DesiredState: 'RUNNING', CurrentState: 'CREATING' });
  await engine.idle();
  expect(await describe()).toMatchObject({
    ...{ Arn: arn, CurrentState: 'RUNNING', Source: streamArn, Target: functionArn, RoleArn: roleArnOf('piping') },
    SourceParameters: {
      KinesisStreamParameters: {
        ...{ StartingPosition: 'TRIM_HORIZON', BatchSize: 2, MaximumBatchingWindowInSeconds: 0 },
        ...{ MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1, ParallelizationFactor: 1 },
      },
    },
    TargetParameters: { LambdaFunctionParameters: { InvocationType: 'REQUEST_RESPONSE' } },
    CreationTime: expect.any(Date),
  });
  expect(texts()).toEqual([['1', '2'], ['3']]);
  const [record] = calls()[0] ?? [];
  expect(record).toEqual({
    kinesisSchemaVersion: '1.0',
    partitionKey: '1',
    sequenceNumber: expect.stringMatching(/^\d{56}$/),
    data: Buffer.from('1').toString('base64'),
    approximateArrivalTimestamp: expect.any(Number),
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${record?.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: roleArnOf('piping'),
    awsRegion: 'us-east-1',
    eventSourceARN: streamArn,
  });

  expect(await pipes.send(new StopPipeCommand({ Name: pipeName }))).toMatchObject({
    ...{ DesiredState: 'STOPPED', CurrentState: 'STOPPING' },
  });
  await engine.idle();
  expect(await describe()).toMatchObject({ CurrentState: 'STOPPED' });
  await put('4');
  await engine.idle();
  expect(texts()).toHaveLength(2);
  expect(await pipes.send(new StartPipeCommand({ Name: pipeName }))).toMatchObject({ CurrentState: 'STARTING' });
  await engine.idle();
  expect(texts()).toEqual([['1', '2'], ['3'], ['4']]);

  expect(await pipes.send(new DeletePipeCommand({ Name: pipeName }))).toMatchObject({
    ...{ DesiredState: 'DELETED', CurrentState: 'DELETING' },
  });
  await engine.idle();
  await expect(describe()).rejects.toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 404 } });
  await create();
  await engine.idle();
  expect(texts().slice(3)).toEqual([['1', '2', '3', '4']]);
});
