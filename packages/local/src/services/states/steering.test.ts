import { GetEventSourceMappingCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ListPipesCommand, PipesClient } from '@aws-sdk/client-pipes';
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionArn, type MachineStack, machineStack, place } from '../../../test/machine-stack.ts';

const sdk = 'arn:aws:states:::aws-sdk';
const streamArn = `arn:aws:kinesis:${place}:stream/steered`;
const pipeRole = 'arn:aws:iam::000000000000:role/piping';
const Name = 'recount';
const Uuid = '{% $mapping %}';
let stack: MachineStack;

/** A state that asks until an answer is as it should be. */
function until(name: string, resource: string, Arguments: object, condition: string, Next: string) {
  return {
    [name]: {
      Type: 'Task',
      Resource: resource,
      Arguments,
      Assign: { answer: '{% $states.result %}' },
      Next: `${name}?`,
    },
    [`${name}?`]: {
      Type: 'Choice',
      Choices: [{ Condition: `{% ${condition} %}`, Next }],
      Default: `${name} later`,
    },
    [`${name} later`]: { Type: 'Wait', Seconds: 1, Next: name },
  };
}

/** Holds a mapping, runs a pipe beside it, takes the pipe away and lets the mapping go. */
const recount = {
  StartAt: 'Find the mapping',
  States: {
    'Find the mapping': {
      ...{ Type: 'Task', Resource: `${sdk}:lambda:listEventSourceMappings`, Arguments: { FunctionName: 'work' } },
      Assign: { mapping: '{% $states.result.EventSourceMappings[0].Uuid %}' },
      Next: 'Hold',
    },
    Hold: {
      ...{ Type: 'Task', Resource: `${sdk}:lambda:updateEventSourceMapping`, Arguments: { Uuid, Enabled: false } },
      Next: 'Held',
    },
    ...until('Held', `${sdk}:lambda:getEventSourceMapping`, { Uuid }, "$answer.State = 'Disabled'", 'Create'),
    Create: {
      Type: 'Task',
      Resource: `${sdk}:pipes:createPipe`,
      Arguments: {
        ...{ Name, RoleArn: pipeRole, Source: streamArn, Target: functionArn, DesiredState: 'RUNNING' },
        SourceParameters: {
          KinesisStreamParameters: {
            StartingPosition: 'AT_TIMESTAMP',
            StartingPositionTimestamp: '2026-01-02T03:04:05Z',
          },
        },
      },
      Catch: [{ ErrorEquals: ['Pipes.ConflictException'], Next: 'Taken', Output: '{% $states.errorOutput %}' }],
      Next: 'Created',
    },
    Taken: { Type: 'Fail', Error: 'Taken', Cause: '{% $states.input.Error %}' },
    ...until('Created', `${sdk}:pipes:describePipe`, { Name }, "$answer.CurrentState = 'RUNNING'", 'Stop'),
    Stop: { Type: 'Task', Resource: `${sdk}:pipes:stopPipe`, Arguments: { Name }, Next: 'Stopped' },
    ...until('Stopped', `${sdk}:pipes:describePipe`, { Name }, "$answer.CurrentState = 'STOPPED'", 'Delete'),
    Delete: {
      ...{ Type: 'Task', Resource: `${sdk}:pipes:deletePipe`, Arguments: { Name } },
      Assign: { described: '{% $answer.SourceParameters %}' },
      Next: 'Deleted',
    },
    Deleted: {
      ...{ Type: 'Task', Resource: `${sdk}:pipes:describePipe`, Arguments: { Name } },
      Catch: [{ ErrorEquals: ['Pipes.NotFoundException'], Next: 'Let go' }],
      Next: 'Deleted later',
    },
    'Deleted later': { Type: 'Wait', Seconds: 1, Next: 'Deleted' },
    'Let go': {
      ...{ Type: 'Task', Resource: `${sdk}:lambda:updateEventSourceMapping`, Arguments: { Uuid, Enabled: true } },
      ...{ Output: { described: '{% $described %}', after: '{% $states.result.State %}' }, End: true },
    },
  },
};

beforeAll(async () => {
  const stream = ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'];
  stack = await machineStack({
    machines: { recount },
    allow: [
      { Effect: 'Allow', Action: 'lambda:ListEventSourceMappings', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
        Resource: `arn:aws:lambda:${place}:event-source-mapping:*`,
      },
      { Effect: 'Allow', Action: 'pipes:*Pipe', Resource: `arn:aws:pipes:${place}:pipe/${Name}` },
      {
        ...{ Effect: 'Allow', Action: 'iam:PassRole', Resource: pipeRole },
        Condition: { StringEquals: { 'iam:PassedToService': 'pipes.amazonaws.com' } },
      },
    ],
    resources: {
      Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'steered', ShardCount: 1 } },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'Work' },
          EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
          StartingPosition: 'LATEST',
        },
      },
      PipeRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'piping',
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'pipes.amazonaws.com' } }],
          },
          Policies: [
            {
              PolicyName: 'reading',
              PolicyDocument: {
                Statement: [
                  { Effect: 'Allow', Action: stream.map((name) => `kinesis:${name}`), Resource: streamArn },
                  { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
                ],
              },
            },
          ],
        },
      },
    },
  });
  stack.engine.clock.scale(100);
}, 60_000);
afterAll(() => stack.stop());

async function look() {
  const settings = { ...stack.settings, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } };
  const [lambda, pipes] = [new LambdaClient(settings), new PipesClient(settings)];
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const mapping = new GetEventSourceMappingCommand({ UUID: EventSourceMappings[0]?.UUID });
  let State: string | undefined;
  do State = (await lambda.send(mapping)).State;
  while (State === 'Enabling');
  const { Pipes = [] } = await pipes.send(new ListPipesCommand({}));
  for (const each of [lambda, pipes]) each.destroy();
  return { State, Pipes };
}

test('a machine holds a mapping, runs a pipe, takes it away and lets the mapping go', async () => {
  const { status, cause, result } = await stack.run('recount');
  expect([status, cause]).toEqual(['SUCCEEDED', undefined]);
  expect(result).toEqual({
    described: {
      KinesisStreamParameters: expect.objectContaining({
        ...{ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: '2026-01-02T03:04:05Z' },
      }),
    },
    after: expect.stringMatching(/^Enabl/),
  });
  expect(await look()).toEqual({ State: 'Enabled', Pipes: [] });
});

test.each(['CreatePipe', 'DescribePipe', 'DeletePipe', 'UpdateEventSourceMapping'])(
  'stopped at %s it leaves what it had done, and goes on when it is redriven',
  async (operation) => {
    const kill = {
      match: { caller: 'recount', operation },
      action: { kind: 'kill', when: 'before' },
      times: 1,
    } as const;
    stack.engine.faults.add(kill);
    const executionArn = await stack.start('recount');
    expect((await stack.ended(executionArn)).status).toBe('ABORTED');
    await stack.client.send(new RedriveExecutionCommand({ executionArn }));
    expect(await stack.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(await look()).toEqual({ State: 'Enabled', Pipes: [] });
  },
);
