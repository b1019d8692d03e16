import type { ControlKey } from '@tidemark/core/count/ledger';
import type { DynamoDB } from '../aws/dynamodb.ts';

/** Tells a ledger of events that it held already, where no other update is left that could. */
export async function tellRedelivered(
  dynamodb: DynamoDB,
  table: string,
  key: ControlKey,
  events: number,
  signal: AbortSignal,
): Promise<void> {
  await dynamodb.update(
    {
      table,
      key: { ...key },
      expression: 'ADD #redelivered :events',
      names: { '#redelivered': 'Redelivered' },
      values: { ':events': events },
    },
    signal,
  );
}
