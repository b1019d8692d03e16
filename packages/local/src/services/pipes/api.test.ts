import {
  ListPipesCommand,
  ListTagsForResourceCommand,
  paginateListPipes,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipeCommand,
} from '@aws-sdk/client-pipes';
import { describe, expect, it } from 'vitest';
import { deadLetterArn, pipedStack, pipeName, place, roleArnOf } from '../../../test/piped-stack.ts';

const Name = pipeName;
const RoleArn = roleArnOf('piping');
const start = { StartingPosition: 'TRIM_HORIZON' };
const kinesis = (more: object) => ({ SourceParameters: { KinesisStreamParameters: { ...start, ...more } } });
const at = 'SourceParameters.KinesisStreamParameters';

describe('CreatePipe', () => {
  it('refuses by name what it cannot run', async () => {
    const { create } = await pipedStack();
    const cases: readonly [object, string, string][] = [
      [{ Name: 'a b' }, 'Name', 'is not 1 to 64 letters'],
      [{ RoleArn: 'x' }, 'RoleArn', 'is no ARN of a role'],
      [{ Source: `arn:aws:sqs:${place}:q` }, 'Source', 'is no ARN of a Kinesis stream'],
      [{ Target: `arn:aws:sns:${place}:t` }, 'Target', 'is neither a Lambda function nor a state machine'],
      [{ DesiredState: 'PAUSED' }, 'DesiredState', 'is neither RUNNING nor STOPPED'],
      [{ Enrichment: `arn:aws:lambda:${place}:function:e` }, 'Enrichment', 'is not supported'],
      [{ LogConfiguration: { Level: 'TRACE' } }, 'LogConfiguration.Level', 'write no log'],
      [{ SourceParameters: {} }, `${at}.StartingPosition`, 'nothing is none of TRIM_HORIZON'],
      [kinesis({ StartingPosition: 'AT_TIMESTAMP' }), `${at}.StartingPositionTimestamp`, 'nothing is no time'],
      [kinesis({ StartingPositionTimestamp: new Date() }), `${at}.StartingPositionTimestamp`, 'only AT_TIMESTAMP'],
      [kinesis({ BatchSize: 10_001 }), `${at}.BatchSize`, '10001 is not a whole number from 1 to 10000'],
      [kinesis({ ParallelizationFactor: 2 }), `${at}.ParallelizationFactor`, 'only 1 is'],
      [kinesis({ MaximumRecordAgeInSeconds: 59 }), `${at}.MaximumRecordAgeInSeconds`, 'neither -1 nor at least 60'],
      [kinesis({ OnPartialBatchItemFailure: 'NEVER' }), `${at}.OnPartialBatchItemFailure`, 'is not AUTOMATIC_BISECT'],
      [
        kinesis({ DeadLetterConfig: { Arn: 'arn:aws:s3:::b' } }),
        `${at}.DeadLetterConfig.Arn`,
        'no ARN of an SQS queue',
      ],
      [
        { SourceParameters: { SqsQueueParameters: { BatchSize: 1 } } },
        'SourceParameters.SqsQueueParameters',
        'not supported',
      ],
      [
        { SourceParameters: { KinesisStreamParameters: start, FilterCriteria: { Filters: [{ Pattern: '{"a":1}' }] } } },
        'SourceParameters.FilterCriteria',
        'an object is needed',
      ],
      [{ TargetParameters: { InputTemplate: 'no JSON' } }, 'TargetParameters.InputTemplate', 'this is not'],
      [{ TargetParameters: { InputTemplate: '<aws.pipes.x>' } }, 'TargetParameters.InputTemplate', 'is not known'],
      [{ TargetParameters: { SqsQueueParameters: {} } }, 'TargetParameters.SqsQueueParameters', 'not supported'],
      [
        { TargetParameters: { LambdaFunctionParameters: { InvocationType: 'LATER' } } },
        'TargetParameters.LambdaFunctionParameters.InvocationType',
        'is neither REQUEST_RESPONSE nor FIRE_AND_FORGET',
      ],
      [
        { Target: `arn:aws:states:${place}:stateMachine:m` },
        'TargetParameters.StepFunctionStateMachineParameters.InvocationType',
        'only FIRE_AND_FORGET is supported',
      ],
    ];
    for (const [given, name, message] of cases) {
      await expect(create(given), JSON.stringify(given)).rejects.toMatchObject({
        name: 'ValidationException',
        fieldList: [{ name, message: expect.stringContaining(message) }],
        $metadata: { httpStatusCode: 400 },
      });
    }
  });
});

describe('UpdatePipe', () => {
  it('leaves what is left out, but source fields, which are defaults again', async () => {
    const { engine, pipes, run, describe: look } = await pipedStack();
    const given = kinesis({ BatchSize: 7, MaximumRetryAttempts: 3, DeadLetterConfig: { Arn: deadLetterArn } });
    const FilterCriteria = { Filters: [{ Pattern: '{"partitionKey":["a"]}' }] };
    const SourceParameters = { ...given.SourceParameters, FilterCriteria };
    const InputTemplate = '{"d": <$.data>}';
    await run({ Description: 'first', SourceParameters, TargetParameters: { InputTemplate } } as object);
    const update = async (more: object) => {
      const changed = await pipes.send(new UpdatePipeCommand({ Name, RoleArn, ...more }));
      expect(changed).toMatchObject({ CurrentState: 'UPDATING' });
      await engine.idle();
      return look();
    };
    expect(await update({ Description: 'second' })).toMatchObject({
      ...{ CurrentState: 'RUNNING', Description: 'second', TargetParameters: { InputTemplate } },
      SourceParameters: { FilterCriteria, KinesisStreamParameters: { BatchSize: 7, MaximumRetryAttempts: 3 } },
    });
    const second = await update({ SourceParameters: { KinesisStreamParameters: { BatchSize: 9 } } });
    expect(second.SourceParameters).toEqual({
      FilterCriteria,
      KinesisStreamParameters: {
        ...{ StartingPosition: 'TRIM_HORIZON', BatchSize: 9, MaximumBatchingWindowInSeconds: 0 },
        ...{ MaximumRecordAgeInSeconds: -1, MaximumRetryAttempts: -1, ParallelizationFactor: 1 },
      },
    });
    const cleared = { SourceParameters: { FilterCriteria: { Filters: [] } }, TargetParameters: { InputTemplate: '' } };
    const third = await update(cleared);
    expect(third.SourceParameters).toMatchObject({
      FilterCriteria: { Filters: [] },
      KinesisStreamParameters: { BatchSize: 9 },
    });
    expect(third.TargetParameters?.InputTemplate).toBeUndefined();
  });

  it('goes on where the pipe was, with the new settings', async () => {
    const { engine, pipes, run, put, texts } = await pipedStack();
    await put('1', '2');
    await run();
    await pipes.send(
      new UpdatePipeCommand({ Name, RoleArn, SourceParameters: { KinesisStreamParameters: { BatchSize: 1 } } }),
    );
    await put('3', '4');
    await engine.idle();
    expect(texts().flat()).toEqual(['1', '2', '3', '4']);
    await put('5', '6');
    await engine.idle();
    expect(texts().slice(-2)).toEqual([['5'], ['6']]);
  });

  it('stops and starts as well', async () => {
    const { engine, pipes, run, put, texts, describe: look } = await pipedStack();
    await run();
    await pipes.send(new UpdatePipeCommand({ Name, RoleArn, DesiredState: 'STOPPED' }));
    await put('1');
    await engine.idle();
    expect([(await look()).CurrentState, texts()]).toEqual(['STOPPED', []]);
    await pipes.send(new UpdatePipeCommand({ Name, RoleArn, DesiredState: 'RUNNING' }));
    await engine.idle();
    expect([(await look()).CurrentState, texts()]).toEqual(['RUNNING', [['1']]]);
  });

  it.each<[string, object, string]>([
    [
      'another start',
      { SourceParameters: { KinesisStreamParameters: { StartingPosition: 'LATEST' } } },
      `${at}.StartingPosition`,
    ],
    ['another source', { Source: `arn:aws:kinesis:${place}:stream/other` }, 'Source'],
  ])('does not take %s', async (_, more, field) => {
    const { engine, run } = await pipedStack();
    await run();
    // The SDK's client leaves out what the operation does not have.
    const answer = await fetch(`${engine.endpoint}/v1/pipes/${Name}`, {
      method: 'PUT',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x/20261120/us-east-1/pipes/aws4_request' },
      body: JSON.stringify({ RoleArn, ...more }),
    });
    const { fieldList } = (await answer.json()) as { fieldList: unknown };
    expect([answer.status, fieldList]).toMatchObject([400, [{ name: field }]]);
  });

  it('that cannot run leaves the pipe as it was, running', async () => {
    const { engine, pipes, run, put, texts, describe: look } = await pipedStack();
    await run();
    await pipes.send(new UpdatePipeCommand({ Name, RoleArn: roleArnOf('unreading') }));
    await put('1');
    await engine.idle();
    expect(await look()).toMatchObject({
      ...{ CurrentState: 'UPDATE_FAILED', StateReason: expect.stringContaining('Cannot access stream'), RoleArn },
    });
    expect(texts()).toEqual([['1']]);
  });
});

it('pipes are listed by name, in pages, and by what they are', async () => {
  const { engine, pipes, create, functionArn, streamArn } = await pipedStack();
  for (const each of ['b', 'a', 'other'])
    await create({ Name: each, DesiredState: each === 'a' ? 'STOPPED' : 'RUNNING' });
  await engine.idle();
  const names = async (filter: object) =>
    (await pipes.send(new ListPipesCommand(filter))).Pipes?.map((pipe) => pipe.Name);
  expect(await names({})).toEqual(['a', 'b', 'other']);
  expect(await names({ NamePrefix: 'o' })).toEqual(['other']);
  expect(await names({ CurrentState: 'STOPPED' })).toEqual(['a']);
  expect(await names({ DesiredState: 'RUNNING' })).toEqual(['b', 'other']);
  expect(await names({ SourcePrefix: streamArn, TargetPrefix: `${functionArn}x` })).toEqual([]);
  const pages: (string | undefined)[][] = [];
  for await (const { Pipes } of paginateListPipes({ client: pipes }, { Limit: 2 }))
    pages.push(Pipes?.map((pipe) => pipe.Name) ?? []);
  expect(pages).toEqual([['a', 'b'], ['other']]);
  expect((await pipes.send(new ListPipesCommand({ Limit: 1 }))).Pipes).toMatchObject([
    { Name: 'a', CurrentState: 'STOPPED', Source: streamArn, Target: functionArn, LastModifiedTime: expect.any(Date) },
  ]);
});

it('pipes have tags', async () => {
  const { pipes, create } = await pipedStack();
  const { Arn: resourceArn = '' } = await create({ Tags: { run: '1', gone: 'x' } });
  await pipes.send(new TagResourceCommand({ resourceArn, tags: { source: 'web' } }));
  await pipes.send(new UntagResourceCommand({ resourceArn, tagKeys: ['gone'] }));
  const { tags } = await pipes.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({ run: '1', source: 'web' });
  const other = pipes.send(new ListTagsForResourceCommand({ resourceArn: `${resourceArn}x` }));
  await expect(other).rejects.toMatchObject({ name: 'NotFoundException' });
});
