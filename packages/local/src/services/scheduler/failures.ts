import { ServiceFailure } from '../../wire/failure.ts';

/** `ValidationException`; each mistake begins with its field's path. */
export function invalid(...mistakes: readonly string[]): ServiceFailure {
  return new ServiceFailure({ code: 'ValidationException', message: mistakes.join('; ') });
}

/** What is named does not exist: `Schedule nightly`. */
export function notFound(what: string): ServiceFailure {
  return new ServiceFailure({ code: 'ResourceNotFoundException', message: `${what} does not exist.`, status: 404 });
}

/** What is to be made is there already. */
export function conflict(what: string): ServiceFailure {
  return new ServiceFailure({ code: 'ConflictException', message: `${what} already exists.`, status: 409 });
}
