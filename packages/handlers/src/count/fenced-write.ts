import type { FencedUpdate, FencedWrite } from '@tidemark/core/count/fence';
import type { DynamoDB, Item, Key, UpdateOutcome } from '../aws/dynamodb.ts';

export interface FencedOutcome {
  /** Where the item's fence stood when it refused the first update; undefined when it did not. */
  readonly oldFence: string | undefined;
  /** Whether anything was left to add. */
  readonly written: boolean;
}

/** Performs a fenced write (core/count/fence.ts). Throws when someone else moved the fence between its two updates. */
export async function performFenced<WriteKey extends object>(
  dynamodb: DynamoDB,
  table: string,
  write: FencedWrite<WriteKey>,
  signal: AbortSignal,
): Promise<FencedOutcome> {
  const key = { ...write.key } as Key;
  const first = await updateFenced(dynamodb, table, key, write.first, signal);
  if (first.kind === 'done') return { oldFence: undefined, written: true };
  const oldFence = fenceIn(first.old);
  const remaining = write.remainingAfter(oldFence);
  if (remaining === undefined) return { oldFence, written: false };
  const second = await updateFenced(dynamodb, table, key, remaining, signal);
  if (second.kind === 'done') return { oldFence, written: true };
  throw twoAtOnce(table);
}

/** The fence moved after it was read. */
export function twoAtOnce(table: string): Error {
  return new Error(`${table}: two invocations are counting the same records; this one stops, and is tried again`);
}

/** Performs one update of a fenced write. */
export async function updateFenced(
  dynamodb: DynamoDB,
  table: string,
  key: Key,
  update: FencedUpdate,
  signal: AbortSignal,
): Promise<UpdateOutcome> {
  const names: Record<string, string> = { '#fence': 'LastSequence' };
  const values: Record<string, unknown> = { ':fence': update.lastSequence, ':below': update.below };
  const sets = ['#fence = :fence'];
  for (const [attribute, value] of Object.entries(update.set)) {
    names[`#${attribute}`] = attribute;
    values[`:${attribute}`] = value;
    sets.push(`#${attribute} = :${attribute}`);
  }
  const adds: string[] = [];
  for (const [attribute, value] of Object.entries(update.add)) {
    names[`#${attribute}`] = attribute;
    values[`:${attribute}`] = value;
    adds.push(`#${attribute} :${attribute}`);
  }
  return dynamodb.update(
    {
      table,
      key,
      expression: `SET ${sets.join(', ')} ADD ${adds.join(', ')}`,
      condition: 'attribute_not_exists(#fence) OR #fence < :below',
      names,
      values,
    },
    signal,
  );
}

/** The fence of an item that refused an update. Throws where it has none. */
export function fenceIn(item: Item | undefined): string {
  const fence = item?.LastSequence;
  if (typeof fence !== 'string') throw new Error('a fence refused a write, and the old item shows no fence');
  return fence;
}
