import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type LocalTable, withLocalTable } from '../local-table.ts';

const inFlight = 64;
const rounds = 3;

/**
 * How many conditional updates a second a DynamoDB Local of its own takes: `updates` a round of the shape of counting's, 64 in flight, each
 * of an item of its own, on a table with a stream. The best of the rounds: it is a limit.
 */
export function updatesPerSecond(updates: number): Promise<number> {
  return withLocalTable(inFlight, async (table) => {
    let best = 0;
    let next = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const fromMs = performance.now();
      const worker = async (): Promise<void> => {
        for (let number = next++; number < round * updates; number = next++) await update(table, number);
      };
      next = (round - 1) * updates;
      await Promise.all(Array.from({ length: inFlight }, worker));
      best = Math.max(best, updates / ((performance.now() - fromMs) / 1000));
    }
    return best;
  });
}

function update({ client, tableName }: LocalTable, number: number) {
  return client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { EventName: { S: `event ${number % 6}` }, Bucket: { S: `1m#0000#${number}#000000000000` } },
      UpdateExpression: 'SET #fence = :fence ADD #count :count',
      ConditionExpression: 'attribute_not_exists(#fence) OR #fence < :fence',
      ExpressionAttributeNames: { '#fence': 'LastSequence', '#count': 'EventCount' },
      ExpressionAttributeValues: { ':fence': { S: String(number).padStart(56, '0') }, ':count': { N: '1' } },
    }),
  );
}
