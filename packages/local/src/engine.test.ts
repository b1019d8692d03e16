import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, startEngine } from './engine.ts';
import { smallFiles, smallTemplate } from './small-stack.ts';
import { writeAssembly } from './template/written-assembly.ts';

const functionName = 'small-add';
let assembly: string;
let engine: Engine;
let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
let dynamoDb: DynamoDBClient;

beforeAll(async () => {
  assembly = await writeAssembly(smallTemplate, smallFiles);
  engine = await startEngine({ assembly });
  client = { endpoint: engine.endpoint, region: 'sa-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'y' } };
  dynamoDb = new DynamoDBClient(client);
}, 60_000);
afterAll(async () => {
  dynamoDb.destroy();
  await engine.stop();
  await rm(assembly, { recursive: true });
});
beforeEach(() => {
  engine.faults.clear();
  engine.faults.forget();
});

/** How often the function added to the item of that name. */
async function countOf(name: string): Promise<number> {
  const Key = { Name: { S: name } };
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: engine.outputs.Table, Key, ConsistentRead: true }),
  );
  return Number(Item?.Added?.N ?? 0);
}

/** Invokes the function as a mapping would, with one record. */
function add(text: string) {
  const data = Buffer.from(text).toString('base64');
  return engine.host.invoke(functionName, { Records: [{ kinesis: { data } }] });
}

describe('a running stack', () => {
  test('is found through CloudFormation', async () => {
    const cloudFormation = new CloudFormationClient(client);
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Small-test' }));
    expect(Stacks).toMatchObject([
      { StackName: 'Small-test', StackStatus: 'CREATE_COMPLETE', Description: 'A <small> stack' },
    ]);
    expect(Stacks?.[0]?.Outputs).toContainEqual({
      OutputKey: 'Table',
      OutputValue: engine.outputs.Table,
      Description: 'Where it is kept',
    });
    const { StackResourceSummaries } = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName: 'Small-test' }),
    );
    expect(StackResourceSummaries?.map(({ LogicalResourceId }) => LogicalResourceId)).toContain('Mapping');
    const missing = cloudFormation.send(new DescribeStacksCommand({ StackName: 'Other' }));
    await expect(missing).rejects.toThrow('Stack with id Other does not exist');
    cloudFormation.destroy();
  });

  test('delivers what is put on its stream', async () => {
    const kinesis = new KinesisClient(client);
    const Records = Array.from({ length: 25 }, (_, index) => ({ PartitionKey: `${index}`, Data: Buffer.from('put') }));
    await kinesis.send(new PutRecordsCommand({ StreamName: engine.outputs.Stream, Records }));
    kinesis.destroy();
    await engine.idle();
    expect(await countOf('put')).toBe(25);
  });

  test('is reached with AWS_ENDPOINT_URL alone, whatever region and keys', async () => {
    const program = `
      const { KinesisClient, PutRecordCommand } = require('@aws-sdk/client-kinesis');
      const StreamName = process.argv[1];
      new KinesisClient({}).send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from('alone') }))
        .then(({ ShardId }) => process.stdout.write(ShardId, () => process.exit()));`;
    const environment = {
      AWS_ENDPOINT_URL: engine.endpoint,
      AWS_REGION: 'mars-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    const child = spawn(process.execPath, ['-e', program, engine.outputs.Stream ?? ''], {
      cwd: import.meta.dirname,
      env: { PATH: process.env.PATH, ...environment },
    });
    let output = '';
    for await (const chunk of child.stdout) output += chunk;
    expect(output).toBe('shardId-000000000000');
    await engine.idle();
    expect(await countOf('alone')).toBe(1);
  });

  test('meters who called what', async () => {
    const before = engine.meter.snapshot();
    await add('metered');
    const after = engine.meter.snapshot();
    const row = ({ calls }: typeof after) =>
      calls.find((each) => each.caller === functionName && each.operation === 'UpdateItem');
    expect((row(after)?.calls ?? 0) - (row(before)?.calls ?? 0)).toBe(1);
    expect((row(after)?.writeUnits ?? 0) - (row(before)?.writeUnits ?? 0)).toBe(1);
    expect(after.functions[0]?.gbSeconds).toBeGreaterThan(before.functions[0]?.gbSeconds ?? 0);
    const overHttp = await fetch(`${engine.endpoint}/_tidemark/meter`);
    expect(await overHttp.json()).toEqual(engine.meter.snapshot());
    const forPeople = await fetch(`${engine.endpoint}/_tidemark/meter`, { headers: { accept: 'text/plain' } });
    expect(await forPeople.text()).toMatch(/dynamodb +UpdateItem +small-add +\d/);
  });

  test('has a clock that one can look at and change', async () => {
    const clock = async (change?: object) => {
      const body = change === undefined ? {} : { method: 'PUT', body: JSON.stringify(change) };
      const answer = await fetch(`${engine.endpoint}/_tidemark/clock`, body);
      return {
        status: answer.status,
        ...((await answer.json()) as { nowMs: number; factor: number; message?: string }),
      };
    };
    const { nowMs } = await clock();
    expect((await clock({ advanceMs: 3_600_000 })).nowMs).toBeGreaterThanOrEqual(nowMs + 3_600_000);
    expect(await clock({ factor: 2 })).toMatchObject({ status: 200, factor: 2 });
    expect(await clock({ factor: 1 })).toMatchObject({ status: 200, factor: 1 });
    expect(await clock({ factor: -1 })).toMatchObject({ status: 400 });
    expect(await clock({})).toMatchObject({ status: 400, message: 'One of setMs, advanceMs and factor is needed' });
  });

  test('tells its health, though not to web pages', async () => {
    const health = await fetch(`${engine.endpoint}/_tidemark/health`);
    expect(await health.json()).toEqual({
      ...{
        id: engine.id,
        stage: 'test',
        stack: 'Small-test',
        region: 'us-east-1',
        account: '000000000000',
        status: 'ready',
      },
    });
    const page = await fetch(`${engine.endpoint}/_tidemark/health`, { headers: { origin: 'http://example.org' } });
    expect(page.status).toBe(403);
  });
});

describe('roles', () => {
  test('functions may do what their role allows, and nothing else', async () => {
    const answer = await add('delete:anything');
    expect(answer).toMatchObject({
      ok: false,
      errorMessage: expect.stringMatching(
        /AccessDeniedException.*assumed-role\/small-role\/small-add is not authorized to perform: dynamodb:DeleteItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table\//,
      ),
    });
  });

  test('a condition on the leading key holds for other items only', async () => {
    expect(await add('secret')).toMatchObject({ ok: false, errorMessage: expect.stringContaining('explicit deny') });
    expect(await countOf('secret')).toBe(0);
  });
});

describe('faults', () => {
  const match = { service: 'dynamodb', operation: 'UpdateItem', caller: functionName };

  test('the points to strike are the calls that functions made', async () => {
    await add('point');
    const resource = engine.outputs.Table;
    expect(engine.faults.points()).toEqual([
      { caller: functionName, service: 'dynamodb', operation: 'UpdateItem', resource, calls: 1 },
    ]);
    expect(engine.faults.calls()).toMatchObject([{ caller: functionName, operation: 'UpdateItem', outcome: 200 }]);
  });

  test("throttling is the service's own error", async () => {
    const fault = engine.faults.add({ match, action: { kind: 'throttle' }, times: 1 });
    expect(await add('throttled')).toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining('ProvisionedThroughputExceededException'),
    });
    expect(await add('throttled')).toMatchObject({ ok: true });
    expect([fault.strikes, await countOf('throttled')]).toEqual([1, 1]);
  });

  test("a failure is the service's own 500", async () => {
    engine.faults.add({ match, action: { kind: 'fail' }, times: 1 });
    expect(await add('failed')).toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining('InternalServerError'),
    });
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('the process dies %s the effect', async (when, effects) => {
    engine.faults.add({ match, action: { kind: 'kill', when }, times: 1 });
    expect(await add(`killed-${when}`)).toMatchObject({ ok: false, functionError: 'Unhandled' });
    expect(await countOf(`killed-${when}`)).toBe(effects);
    expect(engine.faults.calls().at(-1)?.outcome).toBe('cut');
    expect(await add(`killed-${when}`)).toMatchObject({ ok: true });
  });

  test('a lost answer has taken effect', async () => {
    engine.faults.add({ match, action: { kind: 'lose' }, times: 1 });
    expect(await add('lost')).toMatchObject({ ok: false, errorMessage: expect.stringContaining('fetch failed') });
    expect(await countOf('lost')).toBe(1);
  });

  test("strikes begin at the call that one names, and at that caller's only", async () => {
    engine.faults.add({ match: { ...match, caller: 'other' }, action: { kind: 'fail' } });
    engine.faults.add({ match, action: { kind: 'fail' }, from: 2, times: 1 });
    const outcomes = [await add('from'), await add('from'), await add('from')];
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
  });

  test('a killed invocation is delivered again by its mapping', async () => {
    engine.faults.add({ match, action: { kind: 'kill', when: 'before' }, times: 1 });
    const kinesis = new KinesisClient(client);
    const Records = [{ PartitionKey: 'a', Data: Buffer.from('again') }];
    await kinesis.send(new PutRecordsCommand({ StreamName: engine.outputs.Stream, Records }));
    kinesis.destroy();
    await engine.idle();
    expect(await countOf('again')).toBe(1);
  });
});

test('what functions write is kept by log group', async () => {
  await add('logged');
  const lines = engine.services.logs.lines('/small/add') ?? [];
  expect(lines.map(({ text }) => text)).toContainEqual(expect.stringContaining('adding logged'));
});
