import { ServiceFailure } from '../../wire/failure.ts';

/** The errors of Step Functions, worded as it words them. */
export function invalidArn(reason: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidArn', message: `Invalid Arn: '${reason}'` });
}

export function invalidName(name: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidName', message: `Invalid Name: '${name}'` });
}

export function invalidInput(reason: string): ServiceFailure {
  const message = `Invalid State Machine Execution Input: '${reason}'`;
  return new ServiceFailure({ code: 'InvalidExecutionInput', message });
}

export function invalidOutput(reason: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidOutput', message: `Invalid Output: '${reason}'` });
}

export function invalidToken(reason: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidToken', message: `Invalid Token: '${reason}'` });
}

export function taskDoesNotExist(): ServiceFailure {
  return new ServiceFailure({ code: 'TaskDoesNotExist', message: 'Task does not exist' });
}

export function taskTimedOut(): ServiceFailure {
  const message = "Task Timed Out: 'Provided task does not exist anymore'";
  return new ServiceFailure({ code: 'TaskTimedOut', message });
}

export function stateMachineDoesNotExist(arn: string): ServiceFailure {
  return new ServiceFailure({ code: 'StateMachineDoesNotExist', message: `State Machine Does Not Exist: '${arn}'` });
}

export function executionDoesNotExist(arn: string): ServiceFailure {
  return new ServiceFailure({ code: 'ExecutionDoesNotExist', message: `Execution Does Not Exist: '${arn}'` });
}

export function executionAlreadyExists(arn: string): ServiceFailure {
  return new ServiceFailure({ code: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${arn}'` });
}

export function executionNotRedrivable(reason: string): ServiceFailure {
  return new ServiceFailure({ code: 'ExecutionNotRedrivable', message: `Execution is not redrivable: ${reason}` });
}

export function resourceNotFound(arn: string): ServiceFailure {
  const detail = { resourceName: arn };
  return new ServiceFailure({ code: 'ResourceNotFound', message: `Resource not found: '${arn}'`, detail });
}

export function validation(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'ValidationException', message });
}

export function serviceUnavailable(): ServiceFailure {
  return new ServiceFailure({ code: 'ServiceUnavailable', message: causeOfEnd, status: 503 });
}

/** Said of executions that ran when the engine was stopped. */
export const causeOfEnd = 'The local engine was stopped';
