import { ServiceFailure } from '../wire/failure.ts';

/** A function may be named by its name, its ARN or a part of that. */
export function nameOf(given: string): string {
  const parts = given.replace(/:\$LATEST$/, '').split(':');
  return parts.at(-1) ?? given;
}

/** A request's body. Throws `SerializationException` where it is no JSON. */
export function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  if (!isJson(body)) throw new ServiceFailure({ code: 'SerializationException', message: 'The body is not JSON' });
  const value: unknown = JSON.parse(body.toString('utf8'));
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
