import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MachineStack, machineArn, machineStack, only } from '../../../test/machine-stack.ts';
import { EngineClock } from '../../clock.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { abortUnfinished } from './leftovers.ts';
import { ExecutionStore } from './store.ts';

const machines = {
  pass: only({ Type: 'Pass', Output: { got: '{% $states.input %}' }, End: true }),
  forever: only({ Type: 'Wait', Seconds: 99_999, End: true }),
  map: only({
    Type: 'Map',
    Items: '{% [1, 2] %}',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      ...only({ Type: 'Wait', Seconds: 99_999, End: true }, 'Each'),
    },
    End: true,
  }),
};
let persist: string;
let stack: MachineStack | undefined;

beforeEach(async () => {
  persist = await mkdtemp(join(tmpdir(), 'tidemark-states-'));
});
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
  await rm(persist, { recursive: true });
});

const reopened = async (): Promise<MachineStack> => {
  await stack?.stop();
  stack = await machineStack({ machines, persist });
  return stack;
};

test('executions and their histories are kept; those that ran are aborted', { timeout: 60_000 }, async () => {
  const first = await reopened();
  const done = await first.run('pass', { a: 1 });
  const history = await first.history(done.executionArn ?? '');
  const runs = await first.start('forever', { b: 2 }, 'kept');
  const maps = await first.start('map');
  const second = await reopened();
  expect(await second.ended(done.executionArn ?? '')).toEqual({ ...done, $metadata: expect.anything() });
  expect(await second.history(done.executionArn ?? '')).toEqual(history);
  const aborted = { status: 'ABORTED', cause: 'The local engine was stopped', stopDate: expect.any(Date) };
  expect(await second.ended(runs)).toMatchObject({ ...aborted, redriveStatus: 'NOT_REDRIVABLE' });
  expect((await second.history(runs)).map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted'],
  ]);
  await expect(second.start('forever', { b: 2 }, 'kept')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  const redrive = second.client.send(new RedriveExecutionCommand({ executionArn: runs }));
  await expect(redrive).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  const { mapRuns = [] } = await second.client.send(new ListMapRunsCommand({ executionArn: maps }));
  const mapRunArn = mapRuns[0]?.mapRunArn;
  expect(await second.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
    ...{ status: 'ABORTED', executionCounts: { aborted: 2, total: 2 } },
  });
  const { executions = [] } = await second.client.send(new ListExecutionsCommand({ mapRunArn }));
  expect(executions.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  const definition = await second.client.send(new DescribeStateMachineForExecutionCommand({ executionArn: runs }));
  expect(definition).toMatchObject({ name: 'forever', stateMachineArn: machineArn('forever') });
});

test('what an engine left running that ended without notice is aborted when the next one starts, and what is old forgotten', () => {
  const folder = join(persist, 'states');
  const nowMs = 91 * 86_400_000;
  const arn = 'arn:aws:states:us-east-1:000000000000:execution:forever:e';
  const left = new ExecutionStore(folder);
  left.add({
    ...{ executionArn: arn, stateMachineArn: machineArn('forever'), name: 'e', status: 'RUNNING', input: '{}' },
    ...{ roleArn: 'r', definition: '{}', startedMs: 1, redriveCount: 0 },
  });
  left.addEvent(arn, { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: new Date(1) });
  const old = { ...left.find(arn), executionArn: `${arn}-old`, status: 'SUCCEEDED', stoppedMs: 0 } as ExecutionRecord;
  left.add(old);
  left.addEvent(old.executionArn, { id: 1, type: 'ExecutionStarted', timestamp: new Date(0) });
  left.close();
  const next = new ExecutionStore(folder);
  abortUnfinished(next, new EngineClock({ startMs: nowMs, factor: 0 }));
  expect(next.find(arn)).toMatchObject({ status: 'ABORTED', stoppedMs: nowMs, cause: 'The local engine was stopped' });
  expect(next.events(arn, { from: 0, max: 10, reverse: false })).toEqual([
    { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: new Date(1) },
    {
      ...{ id: 2, previousEventId: 1, type: 'ExecutionAborted', timestamp: new Date(nowMs) },
      executionAbortedEventDetails: { cause: 'The local engine was stopped' },
    },
  ]);
  expect(next.running()).toEqual([]);
  expect([next.find(old.executionArn), next.lastEventId(old.executionArn)]).toEqual([undefined, 0]);
  next.close();
});
