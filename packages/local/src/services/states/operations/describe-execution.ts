import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import type { ExecutionRecord } from '../execution-record.ts';
import { includesData, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';
import { redriveRefusal } from './redrive-execution.ts';

export function describeExecution(parts: StepFunctionsParts, input: Input): Output {
  const record = parts.executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  const included = includesData(input);
  const refusal = redriveRefusal(parts, record);
  return {
    ...summaryOf(record),
    ...{ input: included ? record.input : undefined, inputDetails: { included } },
    ...(record.output === undefined
      ? {}
      : { output: included ? record.output : undefined, outputDetails: { included } }),
    ...{ error: record.error, cause: included ? record.cause : undefined },
    redriveStatus: refusal === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: refusal,
  };
}

/** What lists of executions say of one. */
export function summaryOf(record: ExecutionRecord) {
  const { executionArn, stateMachineArn, name, status, startedMs, stoppedMs, mapRunArn, redriveCount } = record;
  return {
    ...{ executionArn, stateMachineArn, name, status, mapRunArn, redriveCount },
    startDate: new Date(startedMs),
    stopDate: stoppedMs === undefined ? undefined : new Date(stoppedMs),
    redriveDate: record.redrivenMs === undefined ? undefined : new Date(record.redrivenMs),
  };
}
