import { calledResource } from '../definition.ts';
import type { StateFailure } from '../failure.ts';
import { dataOf, failureOf } from '../history.ts';
import type { Task } from '../task-runner.ts';
import type { Lane } from './lane.ts';

/** A task before it can be run: its events are what `submitted` writes. */
export type PreparedTask = Omit<Task, 'submitted'>;

/** The events of one attempt at a task. */
export interface TaskRecord {
  /** What the task is called where its result is too large: its service, or the function's ARN. */
  readonly type: string;
  scheduled(): void;
  started(): void;
  /** The answer to a call whose token is waited for. */
  submitted(answer: unknown): void;
  succeeded(result: unknown): void;
  failed(failure: StateFailure): void;
}

/** A function that is named by its ARN has events of its own; all else is a service that is called. */
export function taskRecord(lane: Lane, task: PreparedTask): TaskRecord {
  return task.resource.includes(':::') ? serviceRecord(lane, task) : functionRecord(lane, task);
}

/** `arn:aws:states:::aws-sdk:pipes:createPipe` is the resource `createPipe` of the type `aws-sdk:pipes`. */
function serviceRecord({ trail, options }: Lane, task: PreparedTask): TaskRecord {
  // `.sync:2` has a colon of its own.
  const [, type = '', resource = ''] = /:::(.+?):([^:]+(?::\d)?)$/.exec(task.resource) ?? [];
  const of = { resourceType: type, resource };
  const region = options.context.Execution.Id.split(':')[3] ?? '';
  return {
    type,
    scheduled: () => {
      const parameters = JSON.stringify(task.arguments);
      trail.follow('TaskScheduled', { taskScheduledEventDetails: { ...of, region, parameters, ...timesOf(task) } });
    },
    started: () => void trail.follow('TaskStarted', { taskStartedEventDetails: of }),
    submitted: (answer) =>
      void trail.follow('TaskSubmitted', { taskSubmittedEventDetails: { ...of, ...dataOf('output', answer) } }),
    succeeded: (result) =>
      void trail.follow('TaskSucceeded', { taskSucceededEventDetails: { ...of, ...dataOf('output', result) } }),
    failed: (failure) => {
      const details = { ...of, ...failureOf(failure) };
      if (isTimeout(failure)) trail.follow('TaskTimedOut', { taskTimedOutEventDetails: details });
      else trail.follow('TaskFailed', { taskFailedEventDetails: details });
    },
  };
}

function functionRecord({ trail }: Lane, task: PreparedTask): TaskRecord {
  const resource = calledResource(task.resource);
  const { heartbeatInSeconds: _, ...times } = timesOf(task);
  return {
    type: resource,
    scheduled: () => {
      const details = { resource, ...dataOf('input', task.arguments), ...times };
      trail.follow('LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: details });
    },
    started: () => void trail.follow('LambdaFunctionStarted'),
    submitted: () => {},
    succeeded: (result) =>
      void trail.follow('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: dataOf('output', result) }),
    failed: (failure) => {
      const details = failureOf(failure);
      if (isTimeout(failure)) trail.follow('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
      else trail.follow('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
    },
  };
}

function isTimeout({ error, cause }: StateFailure): boolean {
  return error === 'States.Timeout' && cause === undefined;
}

function timesOf({ timeoutSeconds, heartbeatSeconds, roleArn }: PreparedTask) {
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    ...(roleArn === undefined ? {} : { taskCredentials: { roleArn } }),
  };
}
