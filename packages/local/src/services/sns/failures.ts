import { ServiceFailure } from '../../wire/failure.ts';

export function invalidParameter(reason: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidParameter', message: `Invalid parameter: ${reason}` });
}

export function invalidAttribute(reason: string): ServiceFailure {
  return new ServiceFailure({ code: 'ParameterValueInvalid', message: reason });
}

export function notFound(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'NotFound', message, status: 404 });
}
