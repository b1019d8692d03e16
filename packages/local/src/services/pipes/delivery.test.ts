import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { numbers } from '../../../test/kinesis-mapping.ts';
import {
  deadLetterArn,
  noDelays,
  type PipedRecord,
  type PipedStack,
  pipedStack,
  pipeName,
} from '../../../test/piped-stack.ts';
import { EngineClock } from '../../clock.ts';

type Source = NonNullable<Parameters<PipedStack['create']>[0]>['SourceParameters'];

const source = (more: object = {}, filter: object = {}): { readonly SourceParameters: Source } => ({
  SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON', ...more }, ...filter },
});

it('filters keep out what does not match, which is not billed', async () => {
  const { engine, run, put, texts } = await pipedStack();
  await put('{"n":1}', '{"n":2}', 'no JSON', '{"n":3}');
  const FilterCriteria = { Filters: [{ Pattern: '{"data":{"n":[{"numeric":[">",1]}]}}' }] };
  await run(source({}, { FilterCriteria }));
  expect(texts()).toEqual([['{"n":2}', '{"n":3}']]);
  expect(engine.meter.snapshot().pipes).toEqual([{ pipeName, batches: 1, bytes: expect.any(Number), requests: 1 }]);
});

it('patterns see a record flat, as Pipes has it', async () => {
  const { run, put, texts } = await pipedStack();
  await put('a', 'b');
  const Filters = [{ Pattern: '{"partitionKey":["b"]}' }, { Pattern: '{"kinesis":{"partitionKey":["a"]}}' }];
  await run(source({}, { FilterCriteria: { Filters } }));
  expect(texts()).toEqual([['b']]);
});

it('a template makes every record what the target gets', async () => {
  const { run, put, calls } = await pipedStack({ body: 'return;' });
  await put('{"name":"a"}', '{"name":"b"}');
  const InputTemplate = '{"pipe": <aws.pipes.pipe-name>, "name": <$.data.name>, "data": "<$.data.name>"}';
  await run({ TargetParameters: { InputTemplate } });
  expect(calls()).toEqual([
    [
      { pipe: pipeName, name: 'a', data: 'a' },
      { pipe: pipeName, name: 'b', data: 'b' },
    ],
  ]);
});

it('a template may carry the record as it came, whatever its data', async () => {
  const { run, put, calls } = await pipedStack({ body: 'return;' });
  await put('{"name": "a",  "n": 1.0}', 'no JSON');
  await run({ TargetParameters: { InputTemplate: '{"pipe": <aws.pipes.pipe-name>, "record": <aws.pipes.event>}' } });
  const received = calls()[0] as unknown as { readonly pipe: string; readonly record: PipedRecord }[];
  expect(received.map(({ pipe, record }) => [pipe, Buffer.from(record.data, 'base64').toString()])).toEqual([
    [pipeName, '{"name": "a",  "n": 1.0}'],
    [pipeName, 'no JSON'],
  ]);
  expect(received[0]?.record).toMatchObject({ eventName: 'aws:kinesis:record', partitionKey: expect.any(String) });
});

it('is billed by 64 KB of what it hands over', async () => {
  const { engine, run, put } = await pipedStack();
  await put('x'.repeat(100_000));
  await run();
  const [row] = engine.meter.snapshot().pipes;
  expect(row).toMatchObject({ batches: 1, requests: 3 });
  expect(row?.bytes).toBeGreaterThan(133_000);
  engine.meter.reset();
  expect(engine.meter.snapshot().pipes).toEqual([]);
});

it('batches are no larger than 6 MB', async () => {
  const { run, put, calls } = await pipedStack({ body: 'return;' });
  for (const each of numbers(7)) await put(each.padEnd(900_000, '.'));
  await run(source({ BatchSize: 100 }));
  expect(calls().map((records) => records.length)).toEqual([5, 2]);
});

it('to a function that nobody waits for, a batch is delivered once it is queued', async () => {
  const { engine, run, put, texts, events } = await pipedStack({ body: "throw new Error('no');" });
  await put('1');
  await run({ TargetParameters: { LambdaFunctionParameters: { InvocationType: 'FIRE_AND_FORGET' } } });
  while (texts().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await put('2');
  await engine.idle();
  while (texts().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(texts()).toEqual([['1'], ['2']]);
  expect(events).toEqual([]);
});

it('reads gently: what one read gave goes out batch by batch, and the shard is left alone meanwhile', async () => {
  const pipeDelays = { ...noDelays, readIntervalMs: 200 };
  const { engine, put, create, texts } = await pipedStack({ pipeDelays });
  const reads: number[] = [];
  const invoke = engine.services.kinesis.invoke.bind(engine.services.kinesis);
  engine.services.kinesis.invoke = (operation, input) => {
    if (operation === 'GetRecords') reads.push(performance.now());
    return invoke(operation, input);
  };
  await put(...numbers(40));
  await create(source({ BatchSize: 4 }));
  for (const each of ['more', 'and more']) {
    await engine.idle();
    await put(each);
  }
  await engine.idle();
  expect(texts().map(({ length }) => length)).toEqual([...Array.from({ length: 10 }, () => 4), 1, 1]);
  const intervals = reads.slice(1).map((at, index) => at - (reads[index] ?? 0));
  expect(intervals.length).toBeGreaterThan(2);
  // Timers may fire a fraction early.
  expect(Math.min(...intervals)).toBeGreaterThan(198);
});

it('shares the limits of a shard with a mapping that reads it too', async () => {
  const Mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      ...{ FunctionName: { Ref: 'Target' }, EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] } },
      ...{ StartingPosition: 'TRIM_HORIZON', BatchSize: 100 },
    },
  };
  const clock = new EngineClock({ factor: 20 });
  const events: string[] = [];
  const { engine, put, create, calls } = await pipedStack({
    ...{ clock, enforceShardLimits: true, resources: { Mapping }, body: 'return;' },
    onMappingEvent: ({ kind, reason }) => void events.push(`${kind}: ${reason}`),
  });
  for (const each of numbers(12)) {
    await put(each.padEnd(500_000, '.'));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await create();
  await engine.idle();
  expect(calls().flat()).toHaveLength(24);
  expect(events).toEqual([]);
});

describe('a target that fails', () => {
  const failOnce = (what: string) => `if (nth === 1) { ${what} }`;
  const report = (identifier: string) => failOnce(`return { batchItemFailures: [{ itemIdentifier: ${identifier} }] };`);

  it.each([
    ['throws', failOnce("throw new Error('no');"), ['1,2,3,4', '1,2,3,4']],
    ['names a record by its eventID', report('records[2].eventID'), ['1,2,3,4', '3,4']],
    ['names a record by its sequence number', report('records[2].sequenceNumber'), ['1,2,3,4', '3,4']],
    ['names a record that it did not get', report("'shardId-000000000000:1'"), ['1,2,3,4', '1,2,3,4']],
    ['names no record', failOnce('return { batchItemFailures: [{}] };'), ['1,2,3,4', '1,2,3,4']],
    ['reports nothing', failOnce('return { batchItemFailures: [] };'), ['1,2,3,4']],
  ])('and %s gets again what is left', async (_, body, expected) => {
    const { run, put, texts } = await pipedStack({ body });
    await put(...numbers(4));
    await run();
    expect(texts().map(String)).toEqual(expected);
  });

  it('gets halves with AUTOMATIC_BISECT, and the poison alone is a dead letter', async () => {
    const body = "if (texts.includes('3')) throw new Error('poison');";
    const { engine, run, put, texts, events, streamArn, calls } = await pipedStack({ body });
    await put(...numbers(4));
    const DeadLetterConfig = { Arn: deadLetterArn };
    await run(source({ OnPartialBatchItemFailure: 'AUTOMATIC_BISECT', MaximumRetryAttempts: 1, DeadLetterConfig }));
    expect(texts().map(String)).toEqual(['1,2,3,4', '1,2', '3,4', '3', '3', '4']);
    expect(events.filter(({ kind }) => kind !== 'failed')).toMatchObject([
      { kind: 'discarded', records: 1, reason: 'RetryAttemptsExhausted' },
    ]);
    const sequenceNumber = calls()[0]?.[2]?.sequenceNumber;
    expect(await deadLetters(engine)).toEqual([
      {
        context: { partnerResourceArn: engine.pipes.arnOf(pipeName), condition: 'RetryAttemptsExhausted' },
        version: '1.0',
        timestamp: expect.stringMatching(/Z$/),
        KinesisBatchInfo: {
          shardId: 'shardId-000000000000',
          ...{ startSequenceNumber: sequenceNumber, endSequenceNumber: sequenceNumber },
          approximateArrivalOfFirstRecord: expect.stringMatching(/Z$/),
          approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
          ...{ batchSize: 1, streamArn },
        },
      },
    ]);
  });
});

async function deadLetters({ endpoint }: PipedStack['engine']): Promise<unknown[]> {
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  });
  const QueueUrl = `${endpoint}/000000000000/dead`;
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  client.destroy();
  return Messages.map(({ Body }) => JSON.parse(Body ?? ''));
}
