import type { Service } from '../../gateway/service.ts';
import { type Input, type Output, rpcService } from '../../wire/rpc.ts';
import { describeExecution } from './operations/describe-execution.ts';
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
  listTagsForResource,
} from './operations/describe-state-machine.ts';
import { getExecutionHistory } from './operations/get-execution-history.ts';
import { listExecutions } from './operations/list-executions.ts';
import { describeMapRun, listMapRuns, updateMapRun } from './operations/map-runs.ts';
import { redriveExecution } from './operations/redrive-execution.ts';
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './operations/send-task.ts';
import { startExecution } from './operations/start-execution.ts';
import { stopExecution } from './operations/stop-execution.ts';
import type { StepFunctionsParts } from './parts.ts';

type StatesOperation = (parts: StepFunctionsParts, input: Input) => Output | Promise<Output>;

const operations: Readonly<Record<string, StatesOperation>> = {
  DescribeExecution: describeExecution,
  DescribeMapRun: describeMapRun,
  DescribeStateMachine: describeStateMachine,
  DescribeStateMachineForExecution: describeStateMachineForExecution,
  GetExecutionHistory: getExecutionHistory,
  ListExecutions: listExecutions,
  ListMapRuns: listMapRuns,
  ListStateMachines: listStateMachines,
  ListTagsForResource: listTagsForResource,
  RedriveExecution: redriveExecution,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
  SendTaskSuccess: sendTaskSuccess,
  StartExecution: startExecution,
  StopExecution: stopExecution,
  UpdateMapRun: updateMapRun,
};

/** Step Functions, for the state machines of the template. */
export function statesService(parts: StepFunctionsParts): Service {
  return rpcService({
    name: 'Step Functions',
    xmlNamespace: 'http://states.amazonaws.com/doc/2016-11-23/',
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, (input: Input) => operation(parts, input)]),
    ),
  });
}
