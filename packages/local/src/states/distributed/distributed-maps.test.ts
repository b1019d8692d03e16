import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  functionArn,
  type MachineStack,
  machineArn,
  machineStack,
  only,
  place,
  task,
} from '../../../test/machine-stack.ts';

const bucket = 'maps';
const passOn = '{% $states.input %}';
let stack: MachineStack;
let s3: S3Client;

const echo = { StartAt: 'Echo', States: { Echo: { Type: 'Pass', End: true } } };
const failing = {
  StartAt: 'Look',
  States: {
    Look: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.bad = true %}', Next: 'Bad' }],
      Default: 'Good',
    },
    Bad: { Type: 'Fail', Error: 'Bad', Cause: 'it is' },
    Good: { Type: 'Pass', Output: '{% $states.input.n %}', End: true },
  },
};
const hanging = { StartAt: 'Hang', States: { Hang: { Type: 'Wait', Seconds: 99_999, End: true } } };

function map(processor: object, more: object = {}) {
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return only({ Type: 'Map', ItemProcessor: { ProcessorConfig, ...processor }, End: true, ...more });
}

function reader(ReaderConfig: object) {
  const Arguments = { Bucket: bucket, Key: '{% $states.input.key %}' };
  return { ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig, Arguments } };
}

beforeAll(async () => {
  const writing = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: bucket, Prefix: 'results' } };
  const listing = {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Arguments: { Bucket: bucket, Prefix: '{% $states.input.prefix %}' },
  };
  stack = await machineStack({
    code: 'return event.Items.reduce((sum, item) => sum + item, 0);',
    machines: {
      echo: map(echo, { Items: passOn }),
      labelled: map(echo, { Items: passOn, Label: 'Slices', MaxConcurrency: 1 }),
      selected: map(echo, {
        Items: '{% $states.input.items %}',
        ItemSelector: { at: '{% $states.context.Map.Item.Index %}', value: '{% $states.context.Map.Item.Value %}' },
      }),
      tolerant: map(failing, { Items: passOn, ToleratedFailureCount: 1 }),
      halfTolerant: map(failing, { Items: passOn, ToleratedFailurePercentage: 50 }),
      strict: map(failing, { Items: passOn, MaxConcurrency: 1 }),
      batched: map(
        {
          StartAt: 'Sum',
          States: { Sum: task('arn:aws:states:::lambda:invoke', { FunctionName: functionArn, Payload: passOn }) },
        },
        {
          Items: passOn,
          ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { run: '{% $states.context.Execution.Name %}' } },
        },
      ),
      batchedBytes: map(echo, { Items: passOn, ItemBatcher: { MaxInputBytesPerBatch: 40 } }),
      jsonl: map(echo, reader({ InputType: 'JSONL' })),
      json: map(echo, reader({ InputType: 'JSON', MaxItems: 2 })),
      pointed: map(echo, reader({ InputType: 'JSON', ItemsPointer: '/inner/items' })),
      csv: map(echo, reader({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' })),
      listed: map(echo, { ItemReader: listing }),
      written: map(failing, { Items: passOn, ResultWriter: writing, ToleratedFailurePercentage: 60 }),
      writtenStrict: map(failing, { Items: passOn, ResultWriter: writing, MaxConcurrency: 1 }),
      flat: map(echo, {
        Items: passOn,
        ResultWriter: { ...writing, WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } },
      }),
      patient: map(
        only(
          task('arn:aws:states:::lambda:invoke', {
            FunctionName: functionArn,
            Payload: { Items: ['{% $states.input %}'] },
          }),
          'Add',
        ),
        { Items: passOn, MaxConcurrency: 1 },
      ),
      hanging: map(hanging, { Items: passOn, MaxConcurrency: 2 }),
    },
    resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } } },
  });
  s3 = new S3Client({ ...stack.settings, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
}, 60_000);
afterAll(async () => {
  s3.destroy();
  await stack.stop();
});

const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
async function read(Key: string): Promise<unknown> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
}
async function mapRunOf(executionArn: string | undefined) {
  const { mapRuns = [] } = await stack.client.send(new ListMapRunsCommand({ executionArn }));
  return stack.client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}

test('children have executions of their own, and their outputs stand in the order of the items', async () => {
  const items = Array.from({ length: 50 }, (_, index) => ({ index }));
  const { executionArn = '', result } = await stack.run('echo', items);
  expect(result).toEqual(items);
  const { mapRuns = [] } = await stack.client.send(new ListMapRunsCommand({ executionArn }));
  const mapRunArn = mapRuns[0]?.mapRunArn;
  expect(mapRunArn).toMatch(new RegExp(`^arn:aws:states:${place}:mapRun:echo/Only:[0-9a-f-]{36}$`));
  const counts = {
    ...{ pending: 0, running: 0, succeeded: 50, failed: 0, timedOut: 0, aborted: 0, total: 50 },
    resultsWritten: 50,
  };
  expect(await mapRunOf(executionArn)).toMatchObject({
    ...{ status: 'SUCCEEDED', executionArn, maxConcurrency: 0, itemCounts: counts, executionCounts: counts },
  });
  const { executions = [] } = await stack.client.send(new ListExecutionsCommand({ mapRunArn }));
  expect(executions).toHaveLength(50);
  const child = await stack.client.send(new DescribeExecutionCommand({ executionArn: executions[49]?.executionArn }));
  expect(child).toMatchObject({ status: 'SUCCEEDED', mapRunArn, input: '{"index":0}', output: '{"index":0}' });
  expect(child.executionArn).toMatch(/:execution:echo\/Only:[0-9a-f-]{36}$/);
  expect((await stack.history(child.executionArn ?? '')).map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'],
  ]);
  expect((await stack.history(executionArn)).map(({ type }) => type)).toEqual([
    ...[
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
    ],
    ...['MapStateExited', 'ExecutionSucceeded'],
  ]);
  const definition = await stack.client.send(
    new DescribeStateMachineForExecutionCommand({ executionArn: child.executionArn }),
  );
  expect([definition.label, definition.mapRunArn, JSON.parse(definition.definition ?? '').StartAt]).toEqual([
    ...['Only', mapRunArn, 'Echo'],
  ]);
  const own = await stack.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn('echo') }));
  expect(own.executions).toHaveLength(1);
});

test('no items are no children', async () => {
  const { executionArn, result } = await stack.run('labelled', []);
  expect(result).toEqual([]);
  expect((await mapRunOf(executionArn)).mapRunArn).toContain(':mapRun:labelled/Slices:');
});

test('items are selected, and an object gives its values', async () => {
  expect((await stack.run('selected', { items: ['a', 'b'] })).result).toEqual([
    { at: 0, value: 'a' },
    { at: 1, value: 'b' },
  ]);
});

describe('batches', () => {
  test('of items, with what all of them get', async () => {
    const { executionArn, result } = await stack.run('batched', [1, 2, 3, 4, 5]);
    expect((result as { Payload: number }[]).map(({ Payload }) => Payload)).toEqual([3, 7, 5]);
    const { itemCounts, executionCounts, mapRunArn } = await mapRunOf(executionArn);
    expect([itemCounts?.total, executionCounts?.total]).toEqual([5, 3]);
    const { executions = [] } = await stack.client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions.map(({ itemCount }) => itemCount).sort()).toEqual([1, 2, 2]);
    const child = await stack.client.send(new DescribeExecutionCommand({ executionArn: executions[2]?.executionArn }));
    const name = executionArn?.split(':').at(-1);
    expect(JSON.parse(child.input ?? '')).toEqual({ BatchInput: { run: name }, Items: [1, 2] });
  });

  test('of bytes', async () => {
    const items = ['a'.repeat(10), 'b'.repeat(10), 'c'.repeat(10), 'd'.repeat(60)];
    const { result } = await stack.run('batchedBytes', items);
    expect(result).toEqual([{ Items: items.slice(0, 2) }, { Items: items.slice(2, 3) }, { Items: items.slice(3) }]);
  });
});

describe('items from S3', () => {
  test.each([
    ['jsonl', '{"a":1}\n\n[2]\n', [{ a: 1 }, [2]]],
    ['json', '[1,2,3]', [1, 2]],
    ['pointed', '{"inner":{"items":[7]}}', [7]],
    [
      'csv',
      'name,note\r\nx,"a, ""b""\nc"\ny\n',
      [
        { name: 'x', note: 'a, "b"\nc' },
        { name: 'y', note: '' },
      ],
    ],
  ])('%s', async (machine, text, items) => {
    await put(machine, text);
    expect((await stack.run(machine, { key: machine })).result).toEqual(items);
  });

  test('the objects of a bucket', async () => {
    for (const key of ['listed/a', 'listed/b', 'other']) await put(key, 'x'.repeat(3));
    expect((await stack.run('listed', { prefix: 'listed/' })).result).toEqual(
      ['listed/a', 'listed/b'].map((Key) => ({
        ...{ Key, Size: 3, StorageClass: 'STANDARD', Etag: expect.any(String), LastModified: expect.any(Number) },
      })),
    );
  });

  test.each([
    ['an object that is missing', 'json', 'nothing', /NoSuchKeyException/],
    ['what is no JSON', 'jsonl', 'broken', /cannot be read as JSONL/],
    ['nothing to take items from', 'pointed', 'scalar', /neither a list nor an object/],
  ])('%s fails the map', async (_, machine, key, cause) => {
    await put('broken', '{"a":1}\n{');
    await put('scalar', '{"inner":{"items":3}}');
    const ended = await stack.run(machine, { key });
    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(cause),
    });
    expect(await mapRunOf(ended.executionArn)).toMatchObject({ status: 'FAILED', executionCounts: { total: 0 } });
  });
});

describe('failures', () => {
  const items = (...bad: boolean[]) => bad.map((each, n) => ({ n, bad: each }));

  test('as many as are tolerated stand among the results', async () => {
    const { executionArn, result } = await stack.run('tolerant', items(false, true, false));
    expect(result).toMatchObject([
      0,
      { Status: 'FAILED', Error: 'Bad', Cause: 'it is', Input: '{"n":1,"bad":true}' },
      2,
    ]);
    expect(await mapRunOf(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { failed: 1, succeeded: 2 },
    });
  });

  test.each([
    ['tolerant', items(true, true, false)],
    ['halfTolerant', items(true, true, false)],
    ['strict', items(false, true, false)],
  ])('one more than %s tolerates fails the map', async (machine, given) => {
    const ended = await stack.run(machine, given);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(await mapRunOf(ended.executionArn)).toMatchObject({
      status: 'FAILED',
      toleratedFailureCount: expect.any(Number),
    });
  });

  test('half of them are tolerated', async () => {
    expect((await stack.run('halfTolerant', items(true, false))).status).toBe('SUCCEEDED');
  });

  test('what was not begun stays so', async () => {
    const { executionArn } = await stack.run('strict', items(false, true, false, false));
    expect((await mapRunOf(executionArn)).executionCounts).toMatchObject({
      succeeded: 1,
      failed: 1,
      pending: 2,
      total: 4,
    });
  });

  test('a redrive goes on with the children that did not succeed, and those not begun', async () => {
    stack.engine.faults.add({ match: { caller: 'patient' }, action: { kind: 'fail' }, from: 2 });
    const { executionArn = '' } = await stack.run('patient', [0, 1, 2, 3]);
    const failed = await mapRunOf(executionArn);
    expect(failed.executionCounts).toMatchObject({ succeeded: 1, failed: 1, pending: 2, total: 4 });
    stack.engine.faults.clear();
    await stack.client.send(new RedriveExecutionCommand({ executionArn }));
    const { result, redriveCount } = await stack.ended(executionArn);
    expect([(result as { Payload: unknown }[]).map(({ Payload }) => Payload), redriveCount]).toEqual([[0, 1, 2, 3], 1]);
    expect(await mapRunOf(executionArn)).toMatchObject({
      ...{ mapRunArn: failed.mapRunArn, status: 'SUCCEEDED', redriveCount: 1, redriveDate: expect.any(Date) },
      executionCounts: { succeeded: 4, failed: 0, pending: 0, running: 0, total: 4, resultsWritten: 4 },
    });
    const list = new ListExecutionsCommand({ mapRunArn: failed.mapRunArn });
    const { executions = [] } = await stack.client.send(list);
    expect(executions.map((each) => each.redriveCount)).toEqual([0, 0, 1, 0]);
    const redriven = await stack.history(executions[2]?.executionArn ?? '');
    expect(redriven.map(({ type }) => type)).toContain('ExecutionRedriven');
    expect((await stack.history(executionArn)).map(({ type }) => type)).toContain('MapRunRedriven');
    const child = new RedriveExecutionCommand({ executionArn: executions[2]?.executionArn });
    await expect(stack.client.send(child)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });
});

describe('results in S3', () => {
  test('lie below the id of the map run, by what became of the children', async () => {
    const { result, executionArn } = await stack.run('written', [{ n: 1 }, { bad: true }, { n: 3 }]);
    const { mapRunArn = '' } = await mapRunOf(executionArn);
    const folder = `results/${mapRunArn.split(':').at(-1)}`;
    expect(result).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: bucket, Key: `${folder}/manifest.json` },
    });
    expect(await read(`${folder}/manifest.json`)).toEqual({
      DestinationBucket: bucket,
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) }],
      },
    });
    expect(await read(`${folder}/SUCCEEDED_0.json`)).toMatchObject([
      { Input: '{"n":1}', Output: '1', Status: 'SUCCEEDED', StateMachineArn: machineArn('written/Only') },
      { Input: '{"n":3}', Output: '3', StartDate: expect.stringMatching(/Z$/), StopDate: expect.stringMatching(/Z$/) },
    ]);
    expect(await read(`${folder}/FAILED_0.json`)).toMatchObject([{ Error: 'Bad', Cause: 'it is', Status: 'FAILED' }]);
  });

  test('are written when the map fails, with what was not begun', async () => {
    const { status, executionArn } = await stack.run('writtenStrict', [{ bad: true }, { n: 2 }]);
    expect(status).toBe('FAILED');
    const id = (await mapRunOf(executionArn)).mapRunArn?.split(':').at(-1);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `results/${id}/` }));
    expect(Contents.map(({ Key }) => Key?.split('/').at(-1)).sort()).toEqual([
      ...['FAILED_0.json', 'PENDING_0.json', 'manifest.json'],
    ]);
    expect(await read(`results/${id}/PENDING_0.json`)).toEqual([
      { Input: '{"n":2}', InputDetails: { Included: true }, Status: 'PENDING' },
    ]);
  });

  test('are flattened, a line each', async () => {
    const { result } = await stack.run('flat', [[1, 2], [3], 4]);
    const { Key = '' } = (result as { ResultWriterDetails: { Key?: string } }).ResultWriterDetails;
    const written = Key.replace('manifest.json', 'SUCCEEDED_0.jsonl');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: written }));
    expect(await Body?.transformToString()).toBe('1\n2\n3\n4\n');
  });
});

describe('while it runs', () => {
  const running = async (executionArn: string, children: number) => {
    for (;;) {
      const { mapRuns = [] } = await stack.client.send(new ListMapRunsCommand({ executionArn }));
      const mapRunArn = mapRuns[0]?.mapRunArn;
      if (mapRunArn === undefined) continue;
      const described = await stack.client.send(new DescribeMapRunCommand({ mapRunArn }));
      if (described.executionCounts?.running === children) return described;
    }
  };

  test('no more children run than may; a change of the limit holds at once; stopping it stops them', async () => {
    const executionArn = await stack.start('hanging', [1, 2, 3, 4]);
    const { mapRunArn, executionCounts } = await running(executionArn, 2);
    expect(executionCounts).toMatchObject({ running: 2, pending: 2 });
    await stack.client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 3 }));
    await running(executionArn, 3);
    await stack.client.send(new StopExecutionCommand({ executionArn }));
    for (;;) {
      const described = await stack.client.send(new DescribeMapRunCommand({ mapRunArn }));
      if (described.status === 'RUNNING') continue;
      expect(described).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 3, pending: 1, running: 0 } });
      break;
    }
    const { executions = [] } = await stack.client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED', 'ABORTED']);
    await expect(stack.client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 1 }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('a child that is stopped counts as aborted, and the map goes on', async () => {
    const executionArn = await stack.start('hanging', [1]);
    const { mapRunArn } = await running(executionArn, 1);
    const { executions = [] } = await stack.client.send(new ListExecutionsCommand({ mapRunArn }));
    await stack.client.send(new StopExecutionCommand({ executionArn: executions[0]?.executionArn }));
    await stack.ended(executionArn);
    expect((await mapRunOf(executionArn)).executionCounts).toMatchObject({ aborted: 1 });
  });
});
