import { DeletePipeCommand } from '@aws-sdk/client-pipes';
import { expect, it } from 'vitest';
import { deadLetterArn, pipedStack, pipeName, place, roleArnOf } from '../../../test/piped-stack.ts';

const DeadLetterConfig = { Arn: deadLetterArn };
const KinesisStreamParameters = { StartingPosition: 'TRIM_HORIZON' as const };

it.each<[string, object, string]>([
  ['role is missing', { RoleArn: roleArnOf('none') }, 'The role arn:aws:iam::000000000000:role/none does not exist'],
  ['role is not for Pipes', { RoleArn: roleArnOf('elsewhere') }, 'cannot be assumed by pipes.amazonaws.com'],
  [
    'role may not read',
    { RoleArn: roleArnOf('unreading') },
    `kinesis:GetRecords on arn:aws:kinesis:${place}:stream/web`,
  ],
  [
    'role may not call',
    { RoleArn: roleArnOf('uninvoking') },
    `lambda:InvokeFunction on arn:aws:lambda:${place}:function:target`,
  ],
  [
    'role may not write dead letters',
    {
      RoleArn: roleArnOf('unburying'),
      SourceParameters: { KinesisStreamParameters: { ...KinesisStreamParameters, DeadLetterConfig } },
    },
    `sqs:SendMessage on ${deadLetterArn}`,
  ],
  ['stream is missing', { Source: `arn:aws:kinesis:${place}:stream/none` }, 'stream/none does not exist'],
  [
    'target is another than its role may call',
    { Target: `arn:aws:lambda:${place}:function:none` },
    'lambda:InvokeFunction on',
  ],
])('a pipe whose %s fails, and can only be deleted', async (_, given, reason) => {
  const { engine, pipes, create, describe, put, texts } = await pipedStack();
  await put('1');
  await create(given);
  await engine.idle();
  expect(await describe()).toMatchObject({
    ...{ CurrentState: 'CREATE_FAILED', DesiredState: 'RUNNING', StateReason: expect.stringContaining(reason) },
  });
  expect(texts()).toEqual([]);
  await pipes.send(new DeletePipeCommand({ Name: pipeName }));
  await engine.idle();
  expect(engine.pipes.list()).toEqual([]);
});
