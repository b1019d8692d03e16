import { ServiceFailure } from '../../wire/failure.ts';

/** The errors of CloudWatch, with the codes that its JSON and its query protocol have for them. */
export function invalidParameter(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidParameterValueException', queryCode: 'InvalidParameterValue', message });
}

export function invalidCombination(message: string): ServiceFailure {
  const code = 'InvalidParameterCombinationException';
  return new ServiceFailure({ code, queryCode: 'InvalidParameterCombination', message });
}

export function missingParameter(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'MissingRequiredParameterException', queryCode: 'MissingParameter', message });
}

export function refused(code: string, message: string, status = 400): ServiceFailure {
  return new ServiceFailure({ code, message, status });
}

/** How alarms are refused. */
export function validationError(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'ValidationException', queryCode: 'ValidationError', message });
}

export function alarmNotFound(message = ''): ServiceFailure {
  return new ServiceFailure({ code: 'ResourceNotFound', message, status: 404 });
}

export function invalidFormat(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidFormatFault', queryCode: 'InvalidFormat', message });
}
