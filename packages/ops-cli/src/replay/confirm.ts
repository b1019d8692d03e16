import type { Context } from '../command.ts';
import { UsageError } from '../failure.ts';

export interface Confirmation {
  readonly yes?: boolean;
}

/** Throws a UsageError where it would have to be asked and nobody is there: before anything is looked up. */
export function requireAnswer({ yes }: Confirmation, { terminal }: Context): void {
  if (yes !== true && terminal.ask === undefined)
    throw new UsageError('it asks before it changes anything, and nobody is there to answer; say --yes');
}

/** Whether the operator says yes, or has said so. Anything but `y` and `yes` is no. */
export async function isConfirmed(question: string, { yes }: Confirmation, { terminal }: Context): Promise<boolean> {
  if (yes === true) return true;
  const answer = await terminal.ask?.(`${question} [y/N] `);
  // Ctrl-C leaves the cursor where it is.
  if (answer === undefined) terminal.note('\n');
  return /^y(es)?$/i.test((answer ?? '').trim());
}
