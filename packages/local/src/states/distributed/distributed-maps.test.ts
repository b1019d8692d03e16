import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { distributed, echo, invoke, mapRunOf, passOn } from '../../../test/distributed-map.ts';
import {
  functionArn,
  type MachineStack,
  machineArn,
  machineStack,
  only,
  place,
  task,
} from '../../../test/machine-stack.ts';

const hanging = only({ Type: 'Wait', Seconds: 99_999, End: true }, 'Hang');
let stack: MachineStack;

beforeAll(async () => {
  stack = await machineStack({
    code: 'return event.Items.reduce((sum, item) => sum + item, 0);',
    machines: {
      echo: distributed(echo, { Items: passOn }),
      labelled: distributed(echo, { Items: passOn, Label: 'Slices', MaxConcurrency: 1 }),
      selected: distributed(echo, {
        Items: '{% $states.input.items %}',
        ItemSelector: { at: '{% $states.context.Map.Item.Index %}', value: '{% $states.context.Map.Item.Value %}' },
      }),
      batched: distributed(
        {
          StartAt: 'Sum',
          States: { Sum: task(invoke, { FunctionName: functionArn, Payload: passOn }) },
        },
        {
          Items: passOn,
          ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { run: '{% $states.context.Execution.Name %}' } },
        },
      ),
      batchedBytes: distributed(echo, { Items: passOn, ItemBatcher: { MaxInputBytesPerBatch: 40 } }),
      hanging: distributed(hanging, { Items: passOn, MaxConcurrency: 2 }),
    },
  });
}, 60_000);
afterAll(() => stack.stop());

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
  expect(await mapRunOf(stack, executionArn)).toMatchObject({
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
  expect((await mapRunOf(stack, executionArn)).mapRunArn).toContain(':mapRun:labelled/Slices:');
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
    const { itemCounts, executionCounts, mapRunArn } = await mapRunOf(stack, executionArn);
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
    expect((await mapRunOf(stack, executionArn)).executionCounts).toMatchObject({ aborted: 1 });
  });
});
