import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  CreatePipeCommand,
  type CreatePipeCommandInput,
  type CreatePipeCommandOutput,
  DescribePipeCommand,
  PipesClient,
} from '@aws-sdk/client-pipes';
import { onTestFinished } from 'vitest';
import { type Engine, type EngineOptions, startEngine } from '../src/engine.ts';
import type { Pipe } from '../src/services/pipes/pipe.ts';
import type { PipeEvent } from '../src/services/pipes/pipe-event.ts';
import { type WrittenTemplate, writeAssembly } from '../src/template/written-assembly.ts';

/** A record as a pipe hands it over. One of an event source mapping is made the same. */
export interface PipedRecord {
  readonly eventID: string;
  readonly sequenceNumber: string;
  readonly data: string;
}

export interface PipedOptions extends Omit<EngineOptions, 'assembly'> {
  /** The body of the target: `records` is the array, `texts` its data decoded, `nth` counts calls from 1, in all processes. */
  readonly body?: string | undefined;
  readonly shards?: number | undefined;
  /** More resources of the template. */
  readonly resources?: Readonly<Record<string, unknown>> | undefined;
}

export interface PipedStack {
  readonly engine: Engine;
  readonly pipes: PipesClient;
  readonly kinesis: KinesisClient;
  readonly events: PipeEvent[];
  readonly streamArn: string;
  readonly functionArn: string;
  /** Creates a pipe from the trim horizon to the function; what is given goes over that. */
  create(over?: Partial<CreatePipeCommandInput>): Promise<CreatePipeCommandOutput>;
  /** The same, and waits until it has read and delivered everything. */
  run(over?: Partial<CreatePipeCommandInput>): Promise<Pipe>;
  describe(Name?: string): ReturnType<typeof describeWith>;
  put(...texts: readonly string[]): Promise<void>;
  /** What the function was called with so far, in all its processes. */
  calls(): readonly (readonly PipedRecord[])[];
  /** The data of each call. */
  texts(): string[][];
  /** From now on the function finds a file `.released` beside what it writes. */
  release(): void;
}

/** Quick, so that tests need not wait; those of delays set their own. */
export const noDelays = { transitionMs: 0, pollMs: 0, deleteMs: 0, readIntervalMs: 0 };
export const pipeName = 'recount';
export const place = 'us-east-1:000000000000';
export const roleArnOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
export const deadLetterArn = `arn:aws:sqs:${place}:dead`;

/** An assembly with a stream, a function, roles that may be a pipe's, and a queue of dead letters. Removed with the test. */
export async function pipedAssembly({ body = '', shards = 1, resources }: Omit<PipedOptions, keyof EngineOptions>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-piped-'));
  const out = path.join(folder, 'out');
  const assembly = await writeAssembly(template(shards, out, resources), { 'asset.target/index.mjs': code(body) });
  onTestFinished(() => {
    for (const each of [folder, assembly]) rmSync(each, { recursive: true, force: true });
  });
  const calls = () => linesOf(out).map((line) => JSON.parse(line) as readonly PipedRecord[]);
  const texts = () => calls().map((records) => records.map(({ data }) => Buffer.from(data, 'base64').toString()));
  const release = () => writeFileSync(`${out}.released`, '');
  return { assembly, calls, texts, release };
}

/** A running stack of that assembly. Ends with the test. */
export async function pipedStack({ body, shards, resources, ...options }: PipedOptions = {}): Promise<PipedStack> {
  const { assembly, calls, texts, release } = await pipedAssembly({ body, shards, resources });
  const events: PipeEvent[] = [];
  const engine = await startEngine({
    ...{ assembly, pipeDelays: noDelays, onPipeEvent: (event) => void events.push(event) },
    ...options,
  });
  onTestFinished(() => engine.stop());
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const client = { endpoint: engine.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
  const [pipes, kinesis] = [new PipesClient(client), new KinesisClient(client)];
  onTestFinished(() => {
    for (const each of [pipes, kinesis]) each.destroy();
  });
  const streamArn = `arn:aws:kinesis:${place}:stream/web`;
  const functionArn = `arn:aws:lambda:${place}:function:target`;
  const defaults = {
    ...{ Name: pipeName, RoleArn: roleArnOf('piping'), Source: streamArn, Target: functionArn },
    SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON' as const } },
  };
  const create = (over = {}) => pipes.send(new CreatePipeCommand({ ...defaults, ...over }));
  return {
    ...{ engine, pipes, kinesis, events, streamArn, functionArn, create, calls, texts, release },
    async run(over) {
      const { Name } = await create(over);
      await engine.idle();
      const pipe = engine.pipes.get(Name ?? '');
      if (pipe === undefined) throw new Error(`No pipe ${Name}`);
      return pipe;
    },
    describe: (Name = pipeName) => describeWith(pipes, Name),
    async put(...texts) {
      for (let from = 0; from < texts.length; from += 500) {
        const Records = texts
          .slice(from, from + 500)
          .map((text) => ({ Data: Buffer.from(text), PartitionKey: text.slice(0, 256) }));
        await kinesis.send(new PutRecordsCommand({ StreamName: 'web', Records }));
      }
    },
  };
}

function describeWith(pipes: PipesClient, Name: string) {
  return pipes.send(new DescribePipeCommand({ Name }));
}

function template(shards: number, out: string, resources: PipedOptions['resources']): WrittenTemplate {
  const reading = ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'];
  const read = {
    Effect: 'Allow',
    Action: reading.map((name) => `kinesis:${name}`),
    Resource: `arn:aws:kinesis:${place}:stream/*`,
  };
  const invoke = {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: `arn:aws:lambda:${place}:function:target`,
  };
  const start = { Effect: 'Allow', Action: 'states:StartExecution', Resource: '*' };
  const bury = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadLetterArn };
  return {
    Resources: {
      Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'web', ShardCount: shards } },
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      TargetRole: role('target', 'lambda', [read]),
      Piping: role('piping', 'pipes', [read, invoke, start, bury]),
      Unreading: role('unreading', 'pipes', [invoke]),
      Uninvoking: role('uninvoking', 'pipes', [read]),
      Unburying: role('unburying', 'pipes', [read, invoke]),
      Elsewhere: role('elsewhere', 'lambda', [read, invoke]),
      Target: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'aws:asset:path': 'asset.target' },
        Properties: {
          ...{ FunctionName: 'target', Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x' },
          ...{ MemorySize: 256, Timeout: 30, Role: { 'Fn::GetAtt': ['TargetRole', 'Arn'] } },
          Environment: { Variables: { OUT: out } },
        },
      },
      ...resources,
    },
  };
}

function role(RoleName: string, service: string, Statement: readonly object[]) {
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: `${service}.amazonaws.com` } };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      ...{ RoleName, AssumeRolePolicyDocument: { Statement: [trust] } },
      Policies: [{ PolicyName: 'inline', PolicyDocument: { Statement } }],
    },
  };
}

function code(body: string): string {
  return `
    import { appendFileSync, readFileSync } from 'node:fs';
    export const handler = async (event) => {
      const records = Array.isArray(event) ? event : event.Records.map(({ kinesis, ...about }) => ({ ...kinesis, ...about }));
      appendFileSync(process.env.OUT, JSON.stringify(records) + '\\n');
      const nth = readFileSync(process.env.OUT, 'utf8').split('\\n').length - 1;
      const texts = records.map(({ data }) => Buffer.from(data ?? '', 'base64').toString());
      ${body}
    };`;
}

/** None where nothing was written yet. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
