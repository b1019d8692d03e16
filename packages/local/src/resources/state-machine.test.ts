import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { functionArn, machineAssembly, only, task } from '../../test/machine-stack.ts';
import { startEngine } from '../engine.ts';
import { writeAssembly } from '../template/written-assembly.ts';

/** Starts the engine on an assembly; gives what it refuses. */
async function refusalOf(assembly: string): Promise<string> {
  try {
    const engine = await startEngine({ assembly });
    await engine.stop();
    return 'nothing was refused';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await rm(assembly, { recursive: true });
  }
}

const invoke = 'arn:aws:states:::lambda:invoke';

test.each<[string, object, RegExp]>([
  [
    'an integration that the engine does not have',
    only(task('arn:aws:states:::ecs:runTask', {})),
    /^mMachine\.Definition: States\.Only\.Resource: arn:aws:states:::ecs:runTask is not served by the local engine; served are .*lambda:invoke/,
  ],
  [
    'a service that the engine does not have',
    only(task('arn:aws:states:::aws-sdk:ec2:describeInstances', {})),
    /aws-sdk:ec2:describeInstances is not served by the local engine: of aws-sdk it serves cloudwatch, dynamodb/,
  ],
  [
    'an action that the service does not have',
    only(task('arn:aws:states:::aws-sdk:pipes:inventPipe', {})),
    /aws-sdk:pipes:inventPipe names no action of pipes/,
  ],
  [
    'an action in capitals',
    only(task('arn:aws:states:::aws-sdk:dynamodb:GetItem', {})),
    /names its action other than in camel case/,
  ],
  [
    'a way of waiting that the integration does not have',
    only(task(`${invoke}.sync`, { FunctionName: functionArn })),
    /lambda:invoke\.sync cannot end in \.sync/,
  ],
  [
    'arguments that the action does not have, and lack what it must have',
    only(task('arn:aws:states:::aws-sdk:dynamodb:getItem', { tableName: 'T', Key: { Id: { S: '{% $x %}', X: 1 } } })),
    /cannot be called so: the field "tableName" is not supported by Step Functions; the field "Key\.Id\.X" is not supported by Step Functions; the field "TableName" is required and missing/,
  ],
  [
    'a map that reads what is not served',
    only({
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'PARQUET', MaxItemsPath: '$.a' },
        Arguments: { Bucket: 'b', Key: 'k' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        ...only({ Type: 'Pass', End: true }),
      },
      End: true,
    }),
    /ItemReader\.ReaderConfig\.InputType: "PARQUET" is not supported; supported: JSON, JSONL, CSV/,
  ],
  [
    'another role for a task',
    only(
      task(
        'arn:aws:states:::sns:publish',
        { Message: 'm' },
        { Credentials: { RoleArn: 'arn:aws:iam::000000000000:role/r' } },
      ),
    ),
    /Credentials are not supported: tasks call in the name of the machine alone/,
  ],
  ['JSONPath', { QueryLanguage: 'JSONPath', ...only({ Type: 'Pass', End: true }) }, /JSONata/],
])('%s is refused by name', async (_, definition, message) => {
  expect(await refusalOf(await machineAssembly({ machines: { m: definition } }))).toMatch(message);
});

const role = (Service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'r',
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }] },
  },
});
const Definition = { QueryLanguage: 'JSONata', ...only({ Type: 'Pass', Output: `$\{Answer}`, End: true }) };
const RoleArn = 'arn:aws:iam::000000000000:role/r';

test.each<[string, object, string, RegExp]>([
  [
    'an express machine',
    { StateMachineType: 'EXPRESS', Definition },
    'states.amazonaws.com',
    /^Machine\.StateMachineType: "EXPRESS" is not supported \(there are no express executions here\); supported: "STANDARD"/,
  ],
  [
    'a definition that lies in S3',
    { DefinitionS3Location: {} },
    'states.amazonaws.com',
    /DefinitionS3Location is not supported/,
  ],
  ['no definition', {}, 'states.amazonaws.com', /^Machine: either Definition or DefinitionString is needed$/],
  [
    'a definition that is no JSON',
    { DefinitionString: '{' },
    'states.amazonaws.com',
    /^Machine\.Definition: the definition is no JSON/,
  ],
  [
    'a role of Lambda',
    { Definition },
    'lambda.amazonaws.com',
    /^Machine: the role defined for the state machine cannot be assumed/,
  ],
  [
    'a role from elsewhere',
    { Definition, RoleArn: `${RoleArn}2` },
    'states.amazonaws.com',
    /^Machine: its role .*r2 is not in the template$/,
  ],
])('%s is refused by name', async (_, properties, service, message) => {
  const Machine = {
    Type: 'AWS::StepFunctions::StateMachine',
    DependsOn: ['Role'],
    Properties: { RoleArn, ...properties },
  };
  expect(await refusalOf(await writeAssembly({ Resources: { Role: role(service), Machine } }))).toMatch(message);
});

test('a definition as an object, with substitutions, a name that is made, and what has no effect here', async () => {
  const Machine = {
    Type: 'AWS::StepFunctions::StateMachine',
    DependsOn: ['Role'],
    Properties: {
      ...{ RoleArn, Definition, DefinitionSubstitutions: { Answer: '42' }, StateMachineType: 'STANDARD' },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true, Destinations: [] },
      TracingConfiguration: { Enabled: true },
      EncryptionConfiguration: { Type: 'AWS_OWNED_KEY' },
    },
  };
  const Outputs = {
    Arn: { Value: { Ref: 'Machine' } },
    Name: { Value: { 'Fn::GetAtt': ['Machine', 'Name'] } },
  };
  const assembly = await writeAssembly({ Resources: { Role: role('states.amazonaws.com'), Machine }, Outputs });
  const engine = await startEngine({ assembly });
  try {
    const { Arn = '', Name = '' } = engine.outputs;
    expect(Arn).toBe(`arn:aws:states:us-east-1:000000000000:stateMachine:${Name}`);
    expect(Name).toMatch(/^Small-test-Machine-/);
    expect(engine.stepFunctions.machines.get(Arn).definition.States).toMatchObject({ Only: { Output: '42' } });
  } finally {
    await engine.stop();
    await rm(assembly, { recursive: true });
  }
});
