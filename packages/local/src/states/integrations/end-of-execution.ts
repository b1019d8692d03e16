import type { ExecutionRecord } from '../../services/states/execution-record.ts';
import { StateFailure } from '../failure.ts';
import type { StartedExecutions } from './task-integrations.ts';

/**
 * Waits for the end of an execution that a task has started, and gives what `DescribeExecution` says of it. One that did not
 * succeed fails the task; a task that is given up stops it.
 */
export async function awaitEnd(
  executions: StartedExecutions,
  executionArn: string,
  signal: AbortSignal,
  waitsFor: 'end with text' | 'end with JSON',
): Promise<unknown> {
  const cause = 'The task that had started the execution was given up';
  const stop = () => executions.stop(executionArn, { cause });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const record = await executions.ended(executionArn).finally(() => signal.removeEventListener('abort', stop));
  const described = describe(record, waitsFor === 'end with JSON');
  if (record.status === 'SUCCEEDED') return described;
  throw StateFailure.reserved('States.TaskFailed', JSON.stringify(described));
}

function describe(record: ExecutionRecord, asJson: boolean): object {
  const written = (text: string | undefined): unknown => (asJson && text !== undefined ? JSON.parse(text) : text);
  const { output, error, cause, stoppedMs } = record;
  return {
    ExecutionArn: record.executionArn,
    Input: written(record.input),
    InputDetails: { Included: true },
    Name: record.name,
    ...(output === undefined ? {} : { Output: written(output), OutputDetails: { Included: true } }),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    RedriveCount: record.redriveCount,
    StartDate: record.startedMs,
    StateMachineArn: record.stateMachineArn,
    Status: record.status,
    ...(stoppedMs === undefined ? {} : { StopDate: stoppedMs }),
  };
}
