import { KinesisFault } from './fault.ts';

/** Adds a value outside its constraint, in AWS's words. */
export function violate(violations: string[], value: string | number, path: string, constraint: string): void {
  violations.push(`Value '${value}' at '${path}' failed to satisfy constraint: Member must ${constraint}`);
}

/** A value of a JSON type that the member cannot have. */
export function unexpected(what: string, path: string): KinesisFault {
  return new KinesisFault('SerializationException', `The value at '${path}' can not be converted to ${what}`);
}
