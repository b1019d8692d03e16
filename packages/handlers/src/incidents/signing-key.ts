import { randomBytes } from 'node:crypto';
import type { SigningItem } from '@tidemark/core/incidents/items';
import { signingKey as signingItemKey } from '@tidemark/core/incidents/items';
import type { Invocation } from './step.ts';

/** The key that signs links, in base64: made when the first is due, the same for all. Whoever deletes it makes every link that was sent worthless. */
export async function signingKey({ dynamodb, environment, signal }: Invocation): Promise<string> {
  const table = environment.CONTROL_TABLE;
  const read = async () => ((await dynamodb.get(table, signingItemKey(), signal)) as SigningItem | undefined)?.Key;
  const known = await read();
  if (known !== undefined) return known;
  await dynamodb.update(
    {
      ...{ table, key: signingItemKey(), names: { '#key': 'Key' } },
      expression: 'SET #key = if_not_exists(#key, :key)',
      values: { ':key': randomBytes(32).toString('base64') },
    },
    signal,
  );
  const made = await read();
  if (made === undefined) throw new Error('the key that signs links was deleted while it was made');
  return made;
}
