import type { Clock } from '../../../clock.ts';
import { historyEventsMax } from '../../../states/limits.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import type { ExecutionRecord } from '../execution-record.ts';
import { redrivableMs } from '../executions.ts';
import { executionNotRedrivable } from '../failures.ts';
import { requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

/** Goes on with an execution that did not succeed, at the state where it stopped. */
export function redriveExecution(parts: StepFunctionsParts, input: Input): Output {
  const record = parts.executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  const refusal = redriveRefusal(parts, record);
  if (refusal !== undefined) throw executionNotRedrivable(refusal);
  const { redrivenMs = parts.clock.now() } = parts.executions.redrive(record);
  return { redriveDate: new Date(redrivenMs) };
}

const forgotten = 'The local engine was started anew since, and knows no longer where the execution stopped';

/** What decides about a redrive. */
export interface RedriveParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<StepFunctionsParts['store'], 'lastEventId'>;
  readonly executions: Pick<StepFunctionsParts['executions'], 'canResume'>;
}

/** Why it cannot be redriven; undefined where it can. */
export function redriveRefusal(parts: RedriveParts, record: ExecutionRecord): string | undefined {
  const { status, executionArn, mapRunArn, stoppedMs = 0 } = record;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (mapRunArn !== undefined)
    return `Execution belongs to the Map Run ${mapRunArn}: redrive the execution that runs it`;
  if (parts.clock.now() - stoppedMs > redrivableMs) return 'Execution redrivable period exceeded';
  if (parts.store.lastEventId(executionArn) >= historyEventsMax - 1) return 'Execution history event limit exceeded';
  return parts.executions.canResume(executionArn) ? undefined : forgotten;
}
