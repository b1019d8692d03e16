import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it, onTestFinished } from 'vitest';
import { numbers } from '../../../test/kinesis-mapping.ts';
import { type PipedRecord, pipedStack, pipeName, place, roleArnOf } from '../../../test/piped-stack.ts';
import type { Engine } from '../../engine.ts';

const machineArn = `arn:aws:states:${place}:stateMachine:machine`;

/** A state machine of one state, whose role allows this. */
function machine(state: object, statements: readonly object[]) {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: { ...state, End: true } } };
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } };
  return {
    MachineRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        ...{ RoleName: 'machine', AssumeRolePolicyDocument: { Statement: [trust] } },
        Policies: [{ PolicyName: 'given', PolicyDocument: { Statement: statements } }],
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        ...{ StateMachineName: 'machine', DefinitionString: JSON.stringify(definition) },
        RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
      },
    },
  };
}

function clientOf({ endpoint }: Engine): SFNClient {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const client = new SFNClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

const forgotten = {
  Target: machineArn,
  TargetParameters: { StepFunctionStateMachineParameters: { InvocationType: 'FIRE_AND_FORGET' as const } },
};

it('a pipe starts an execution with each batch', async () => {
  const { engine, run, put, streamArn } = await pipedStack({ resources: machine({ Type: 'Pass' }, []) });
  await put(...numbers(3));
  const KinesisStreamParameters = { StartingPosition: 'TRIM_HORIZON' as const, BatchSize: 2 };
  await run({ ...forgotten, SourceParameters: { KinesisStreamParameters } });
  const client = clientOf(engine);
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: machineArn }));
  const inputs = await Promise.all(
    executions.map(async ({ executionArn }) => {
      const { input } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return JSON.parse(input ?? '') as (PipedRecord & { readonly eventSourceARN: string })[];
    }),
  );
  const texts = inputs.map((records) => records.map(({ data }) => Buffer.from(data, 'base64').toString()).join());
  expect(texts.sort()).toEqual(['1,2', '3']);
  expect(inputs.flat().every(({ eventSourceARN }) => eventSourceARN === streamArn)).toBe(true);
});

it('a batch of more than 262,144 characters is a failed delivery, which halves can be', async () => {
  const { engine, run, put, events } = await pipedStack({ resources: machine({ Type: 'Pass' }, []) });
  for (const each of numbers(4)) await put(each.padEnd(60_000, '.'));
  const parameters = { StartingPosition: 'TRIM_HORIZON', OnPartialBatchItemFailure: 'AUTOMATIC_BISECT' } as const;
  await run({ ...forgotten, SourceParameters: { KinesisStreamParameters: parameters } });
  expect(events).toMatchObject([{ kind: 'failed', records: 4, reason: expect.stringContaining('exceeds 262144') }]);
  const { executions } = await clientOf(engine).send(new ListExecutionsCommand({ stateMachineArn: machineArn }));
  expect(executions).toHaveLength(2);
});

const creates = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:pipes:createPipe',
  Arguments: {
    ...{ Name: pipeName, RoleArn: roleArnOf('piping'), Source: `arn:aws:kinesis:${place}:stream/web` },
    Target: `arn:aws:lambda:${place}:function:target`,
    SourceParameters: {
      KinesisStreamParameters: { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: '2026-01-01T00:00:00Z' },
    },
  },
};
const create = { Effect: 'Allow', Action: 'pipes:CreatePipe', Resource: `arn:aws:pipes:${place}:pipe/${pipeName}` };
const pass = (service: string) => ({
  ...{ Effect: 'Allow', Action: 'iam:PassRole', Resource: roleArnOf('piping') },
  Condition: { StringEquals: { 'iam:PassedToService': service } },
});

it.each<[string, readonly object[], object]>([
  ['may', [create, pass('pipes.amazonaws.com')], { status: 'SUCCEEDED' }],
  [
    'may not create it',
    [pass('pipes.amazonaws.com')],
    { cause: expect.stringContaining('pipes:CreatePipe on resource') },
  ],
  ['may not pass its role on', [create], { cause: expect.stringContaining('iam:PassRole on resource') }],
  [
    'may pass its role on to others',
    [create, pass('lambda.amazonaws.com')],
    { cause: expect.stringContaining('iam:PassRole') },
  ],
])('a state machine that %s creates a pipe only then', async (_, statements, ended) => {
  const { engine, put, texts } = await pipedStack({ resources: machine(creates, statements) });
  await put('1');
  const client = clientOf(engine);
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn: machineArn }));
  await engine.stepFunctions.ended(executionArn);
  expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject(ended);
  await engine.idle();
  const isAllowed = 'status' in ended;
  expect(texts()).toEqual(isAllowed ? [['1']] : []);
});
