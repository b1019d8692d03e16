import type { Context } from './command.ts';
import { exitCodes, UsageError } from './failure.ts';

export interface Confirmation {
  readonly yes?: boolean;
}

/** Throws a UsageError where it would have to be asked and nobody is there: before anything is looked up. */
export function requireAnswer({ yes }: Confirmation, { terminal }: Context): void {
  if (yes !== true && terminal.ask === undefined)
    throw new UsageError('it asks before it changes anything, and nobody is there to answer; say --yes');
}

/** What to exit with where the operator does not say yes, and has not said so before; undefined where it may go on. */
export async function declined(
  question: string,
  { yes }: Confirmation,
  { terminal }: Pick<Context, 'terminal'>,
): Promise<number | undefined> {
  if (yes === true) return undefined;
  const answer = await terminal.ask?.(`${question} [y/N] `);
  if (answer !== undefined && /^\s*y(es)?\s*$/i.test(answer)) return undefined;
  // Ctrl-C leaves the cursor where it is.
  terminal.note(answer === undefined ? '\nNothing was done.\n' : 'Nothing was done.\n');
  return answer === undefined ? exitCodes.interrupted : exitCodes.failed;
}
