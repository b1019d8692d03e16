import { expect, test } from 'vitest';
import { noMaps } from '../../../test/run-machine.ts';
import { EngineClock } from '../../clock.ts';
import { Meter } from '../../meter/meter.ts';
import type { StateMachineDefinition } from '../../states/definition.ts';
import { TaskTokens } from '../../states/task-tokens.ts';
import { MetricStore } from '../cloudwatch/store.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { Executions } from './executions.ts';
import type { StateMachine } from './machine.ts';
import { StatesMetrics } from './states-metrics.ts';
import { StatusChanges } from './status-change.ts';
import { ExecutionStore } from './store.ts';

const dayMs = 86_400_000;
const definition: StateMachineDefinition = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No' } } };

function recordOf(name: string, more: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:no';
  return {
    ...{ executionArn: `${machine.replace('stateMachine', 'execution')}:${name}`, stateMachineArn: machine, name },
    ...{ status: 'RUNNING', roleArn: 'role', definition: '{}', startedMs: 0, input: '{}', redriveCount: 0, ...more },
  };
}

test('where executions stopped is kept for as long as they can be redriven, and of children until they are forgotten', async () => {
  const clock = new EngineClock({ startMs: 0, factor: 0 });
  const tasks = { refusal: () => undefined, run: async () => null };
  const store = new ExecutionStore(undefined);
  const executions = new Executions({
    ...{ store, clock, changes: new StatusChanges(), meter: new Meter() },
    metrics: new StatesMetrics(new MetricStore(undefined), clock),
    performers: () => ({ tasks, tokens: new TaskTokens(), maps: noMaps }),
    onError: (error) => {
      throw error;
    },
  });
  const fail = async (record: ExecutionRecord) => {
    executions.run({ machine: { name: 'no' } as StateMachine, record, definition });
    return (await executions.ended(record.executionArn)).executionArn;
  };
  const first = await fail(recordOf('first'));
  const child = await fail(recordOf('child', { mapRunArn: 'arn' }));
  clock.advance(13 * dayMs);
  const second = await fail(recordOf('second'));
  expect([first, child, second].map((arn) => executions.canResume(arn))).toEqual([true, true, true]);
  clock.advance(2 * dayMs);
  const third = await fail(recordOf('third'));
  expect([first, child, second, third].map((arn) => executions.canResume(arn))).toEqual([false, true, true, true]);
  expect(executions.isOver(first)).toBe(true);
  executions.forget(child);
  expect(executions.canResume(child)).toBe(false);
  store.close();
});
