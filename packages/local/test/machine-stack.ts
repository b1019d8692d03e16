import { rmSync } from 'node:fs';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Engine, type EngineOptions, startEngine } from '../src/engine.ts';
import { writeAssembly } from '../src/template/written-assembly.ts';

export interface MachineStackOptions extends Omit<EngineOptions, 'assembly'> {
  /** Definitions by the names of their machines. Those without `QueryLanguage` are in JSONata. */
  readonly machines: Readonly<Record<string, object>>;
  /** What the machines' role allows; everything without it. */
  readonly allow?: readonly object[];
  /** The body of the function `work`, which has `event`. */
  readonly code?: string;
  /** More resources of the template. */
  readonly resources?: Readonly<Record<string, unknown>>;
}

export interface MachineStack {
  readonly engine: Engine;
  readonly client: SFNClient;
  /** For the constructors of other clients. */
  readonly settings: { readonly endpoint: string; readonly region: string; readonly credentials: object };
  start(machine: string, input?: unknown, name?: string): Promise<string>;
  /** Starts an execution and waits for its end. */
  run(machine: string, input?: unknown): Promise<Ended>;
  ended(executionArn: string): Promise<Ended>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  stop(): Promise<void>;
}

export interface Ended extends DescribeExecutionOutput {
  /** Parsed; undefined where there is none. */
  readonly result: unknown;
}

export const place = 'us-east-1:000000000000';
export const machineArn = (name: string) => `arn:aws:states:${place}:stateMachine:${name}`;
export const functionArn = `arn:aws:lambda:${place}:function:work`;

/** An assembly of machines that share a role, and a function `work`. */
export function machineAssembly({ machines, allow, code = '', resources }: MachineStackOptions): Promise<string> {
  const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const machineResources = Object.entries(machines).map(([name, definition]) => [
    `${name}Machine`,
    {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: name,
        DefinitionString: { 'Fn::Join': ['', [JSON.stringify({ QueryLanguage: 'JSONata', ...definition })]] },
        RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
        Tags: [{ Key: 'for', Value: 'tests' }],
      },
    },
  ]);
  const Resources = {
    MachineRole: role('machines', 'states.amazonaws.com', allow ?? everything),
    WorkRole: role('working', 'lambda.amazonaws.com', everything),
    Work: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'asset.work' },
      Properties: {
        ...{ FunctionName: 'work', Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 10 },
        Role: { 'Fn::GetAtt': ['WorkRole', 'Arn'] },
      },
    },
    ...Object.fromEntries(machineResources),
    ...resources,
  };
  return writeAssembly(
    { Resources },
    { 'asset.work/index.mjs': `export const handler = async (event) => {${code}\n};` },
  );
}

/** A running stack of that assembly. */
export async function machineStack(options: MachineStackOptions): Promise<MachineStack> {
  const { machines: _, allow: __, code: ___, resources: ____, ...engineOptions } = options;
  const assembly = await machineAssembly(options);
  const engine = await startEngine({ ...engineOptions, assembly });
  const settings = {
    ...{ endpoint: engine.endpoint, region: 'eu-west-1' },
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  };
  const client = new SFNClient({ ...settings, maxAttempts: 1 });
  const start = async (machine: string, input: unknown = {}, name?: string) => {
    const stateMachineArn = machineArn(machine);
    const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name });
    return String((await client.send(command)).executionArn);
  };
  const ended = async (executionArn: string): Promise<Ended> => {
    await engine.stepFunctions.ended(executionArn);
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    return { ...described, result: described.output === undefined ? undefined : JSON.parse(described.output) };
  };
  return {
    ...{ engine, client, settings, start, ended },
    run: async (machine, input) => ended(await start(machine, input)),
    async history(executionArn) {
      const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }));
      return events;
    },
    async stop() {
      client.destroy();
      await engine.stop();
      rmSync(assembly, { recursive: true });
    },
  };
}

function role(RoleName: string, Service: string, statements: readonly object[]) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
      },
      Policies: [{ PolicyName: 'given', PolicyDocument: { Statement: statements } }],
    },
  };
}

/** A task that ends its machine. */
export function task(Resource: string, Arguments: unknown, more: object = {}): object {
  return { Type: 'Task', Resource, Arguments, End: true, ...more };
}

/** A definition of one state, whose name must be its own among all of a machine. */
export function only(state: object, name = 'Only'): object {
  return { StartAt: name, States: { [name]: state } };
}
