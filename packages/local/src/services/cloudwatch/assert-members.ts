import type { Input } from '../../wire/rpc.ts';
import { invalidParameter } from './failures.ts';

/** Of the query protocol; no part of an operation's input. */
const protocolMembers = new Set(['Action', 'Version']);

/** Throws for members that the engine does not know, by their names. */
export function assertMembers(input: Input, operation: string, members: readonly string[]): void {
  const known = new Set(members);
  const unknown = Object.keys(input).find((name) => !known.has(name) && !protocolMembers.has(name));
  if (unknown === undefined) return;
  const supported = members.toSorted().join(', ');
  throw invalidParameter(`The local engine's ${operation} does not support ${unknown}; it supports ${supported}.`);
}
