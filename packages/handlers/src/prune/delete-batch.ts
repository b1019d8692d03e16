import { setTimeout as wait } from 'node:timers/promises';
import type { Key } from '../aws/dynamodb.ts';
import type { Invocation } from './step.ts';

/** Attempts, and the longest waits before the second and before the last, in milliseconds: at most half a minute in all, some fifteen seconds as a rule. */
const attemptsMax = 10;
const backoffMsMin = 50;
const backoffMsMax = 5000;

/**
 * Deletes a batch, and sends again what DynamoDB did not take, after a wait that doubles, at random, so that several do not come together. False where it takes
 * none of the rest for too long, or the time is up: ask again later. `take` waits for the units of so many keys, first of every attempt.
 */
export async function deleteWhole(
  { batches, signal, isTimeUp }: Pick<Invocation, 'batches' | 'signal' | 'isTimeUp'>,
  table: string,
  keys: readonly Key[],
  take: (keys: readonly Key[]) => Promise<boolean> = async () => true,
): Promise<boolean> {
  let left = keys;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    if (attempt > 0) {
      if (isTimeUp()) return false;
      await wait(Math.random() * Math.min(backoffMsMax, backoffMsMin * 2 ** (attempt - 1)), undefined, { signal });
    }
    if (!(await take(left))) return false;
    left = await batches.deleteBatch(table, left, signal);
    if (left.length === 0) return true;
  }
  return false;
}
