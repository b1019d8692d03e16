import { deletedKeysMax } from '../aws/dynamodb-batches.ts';
import { deleteWhole } from './delete-batch.ts';
import type { Invocation } from './step.ts';

/** Deletes items of the Control table, of this source, by their sort keys. Throws where DynamoDB does not take them for a while. */
export async function deleteControlItems(invocation: Invocation, items: readonly string[]): Promise<void> {
  const { source, controlTable } = invocation.settings;
  for (let at = 0; at < items.length; at += deletedKeysMax) {
    const keys = items.slice(at, at + deletedKeysMax).map((Item) => ({ Source: source, Item }));
    if (!(await deleteWhole(invocation, controlTable, keys))) {
      throw new Error(`${controlTable}: DynamoDB has taken none of some deletions for too long`);
    }
  }
}
