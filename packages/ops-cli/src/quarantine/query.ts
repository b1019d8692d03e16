import { InvalidArgumentError } from 'commander';
import { type Moment, spanOf } from '../option.ts';
import type { EntryQuery } from './entries.ts';
import { quarantineReasons } from './object.ts';

/** Why a part of a window is set aside. */
export const partReason = 'part-past-mending';
/** What Lambda gave up on is asked for by this word. */
export const givenUpReason = 'given-up';

/** Options that choose among what was set aside. */
export interface QueryOptions {
  readonly reason?: string;
  readonly since?: Moment;
  readonly until?: Moment;
}

/** A reason for which a record is set aside, or one of `others`. */
export function parseReasonOf(others: readonly string[]): (text: string) => string {
  const known: readonly string[] = [...quarantineReasons, ...others];
  return (text) => {
    if (known.includes(text)) return text;
    throw new InvalidArgumentError(`Expected one of: ${known.join(', ')}.`);
  };
}

export function queryOf({ reason, since, until }: QueryOptions, nowMs: number): EntryQuery {
  const { fromMs, toMs } = spanOf(since, until, nowMs, ['--since', '--until']);
  return {
    ...(fromMs === undefined ? {} : { sinceMs: fromMs }),
    ...(toMs === undefined ? {} : { untilMs: toMs }),
    ...(reason === undefined ? {} : { reason }),
  };
}
