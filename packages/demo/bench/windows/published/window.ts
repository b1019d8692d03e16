import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../../cost/published/client.ts';

/**
 * The published design of tumbling windows: the state is one sum for everything that the shard gets, and the end of the window puts one row
 * under the name that came last. Read in its favour: the readings that come with the last call are in the sum.
 */
const table = process.env.SERIES_TABLE;
const dynamodb = new DynamoDBClient(clientSettings);

interface State {
  readonly name?: string;
  readonly distance?: number;
}

interface Event {
  readonly Records: readonly { readonly kinesis: { readonly data: string } }[];
  readonly window: { readonly start: string; readonly end: string };
  readonly state: State;
  readonly shardId: string;
  readonly isFinalInvokeForWindow: boolean;
}

export async function handler(event: Event): Promise<{ state: State }> {
  let { name = '', distance = 0 } = event.state;
  for (const { kinesis } of event.Records) {
    const reading = JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
    name = reading.Name;
    distance += reading.Distance;
  }
  if (!event.isFinalInvokeForWindow) return { state: { name, distance } };
  await dynamodb.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        EventName: { S: name },
        Bucket: { S: event.window.start },
        WindowEnd: { S: event.window.end },
        Distance: { N: String(distance) },
        ShardId: { S: event.shardId },
      },
    }),
  );
  return { state: {} };
}
