import { ListExecutionsCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { distributed, failing, invoke, mapRunOf, passOn } from '../../../test/distributed-map.ts';
import { functionArn, type MachineStack, machineStack, only, task } from '../../../test/machine-stack.ts';

let stack: MachineStack;

beforeAll(async () => {
  stack = await machineStack({
    code: 'return event.Items.reduce((sum, item) => sum + item, 0);',
    machines: {
      tolerant: distributed(failing, { Items: passOn, ToleratedFailureCount: 1 }),
      halfTolerant: distributed(failing, { Items: passOn, ToleratedFailurePercentage: 50 }),
      strict: distributed(failing, { Items: passOn, MaxConcurrency: 1 }),
      patient: distributed(
        only(
          task(invoke, {
            FunctionName: functionArn,
            Payload: { Items: ['{% $states.input %}'] },
          }),
          'Add',
        ),
        { Items: passOn, MaxConcurrency: 1 },
      ),
    },
  });
}, 60_000);
afterAll(() => stack.stop());

const items = (...bad: boolean[]) => bad.map((each, n) => ({ n, bad: each }));

test('as many as are tolerated stand among the results', async () => {
  const { executionArn, result } = await stack.run('tolerant', items(false, true, false));
  expect(result).toMatchObject([0, { Status: 'FAILED', Error: 'Bad', Cause: 'it is', Input: '{"n":1,"bad":true}' }, 2]);
  expect(await mapRunOf(stack, executionArn)).toMatchObject({
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
  expect(await mapRunOf(stack, ended.executionArn)).toMatchObject({
    status: 'FAILED',
    toleratedFailureCount: expect.any(Number),
  });
});

test('half of them are tolerated', async () => {
  expect((await stack.run('halfTolerant', items(true, false))).status).toBe('SUCCEEDED');
});

test('what was not begun stays so', async () => {
  const { executionArn } = await stack.run('strict', items(false, true, false, false));
  expect((await mapRunOf(stack, executionArn)).executionCounts).toMatchObject({
    succeeded: 1,
    failed: 1,
    pending: 2,
    total: 4,
  });
});

test('a redrive goes on with the children that did not succeed, and those not begun', async () => {
  stack.engine.faults.add({ match: { caller: 'patient' }, action: { kind: 'fail' }, from: 2 });
  const { executionArn = '' } = await stack.run('patient', [0, 1, 2, 3]);
  const failed = await mapRunOf(stack, executionArn);
  expect(failed.executionCounts).toMatchObject({ succeeded: 1, failed: 1, pending: 2, total: 4 });
  stack.engine.faults.clear();
  await stack.client.send(new RedriveExecutionCommand({ executionArn }));
  const { result, redriveCount } = await stack.ended(executionArn);
  expect([(result as { Payload: unknown }[]).map(({ Payload }) => Payload), redriveCount]).toEqual([[0, 1, 2, 3], 1]);
  expect(await mapRunOf(stack, executionArn)).toMatchObject({
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
