import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { type Engine, startEngine } from './engine.ts';
import { smallFiles, smallTemplate } from './small-stack.ts';
import { writeAssembly } from './template/written-assembly.ts';

async function putAndCount(engine: Engine, records: number): Promise<number> {
  const client = { endpoint: engine.endpoint, region: 'x', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const [kinesis, dynamoDb] = [new KinesisClient(client), new DynamoDBClient(client)];
  const Records = Array.from({ length: records }, (_, index) => ({
    PartitionKey: `${index}`,
    Data: Buffer.from('kept'),
  }));
  if (records > 0) await kinesis.send(new PutRecordsCommand({ StreamName: engine.outputs.Stream, Records }));
  await engine.idle();
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: engine.outputs.Table, Key: { Name: { S: 'kept' } } }),
  );
  for (const each of [kinesis, dynamoDb]) each.destroy();
  return Number(Item?.Added?.N ?? 0);
}

test('a mapping goes on where it was: the function adds without fences, and each record once; the inbox has what it had', {
  timeout: 60_000,
}, async () => {
  const assembly = await writeAssembly(smallTemplate, smallFiles);
  const persist = await mkdtemp(join(tmpdir(), 'tidemark-persist-'));
  try {
    const first = await startEngine({ assembly, persist });
    expect(await putAndCount(first, 12)).toBe(12);
    const kept = first.inbox.add({ atMs: 1, channel: 'sms', to: '+4915112345678', text: 'ALARM', messageId: 'm' });
    await first.stop();
    const second = await startEngine({ assembly, persist });
    expect(second.outputs).toEqual(first.outputs);
    expect(second.inbox.list()).toEqual([kept]);
    expect(await putAndCount(second, 0)).toBe(12);
    expect(await putAndCount(second, 5)).toBe(17);
    await second.stop();
    const other = { ...smallTemplate, Resources: { ...smallTemplate.Resources, Table: otherTable } };
    const changed = await writeAssembly(other, smallFiles);
    await expect(startEngine({ assembly: changed, persist })).rejects.toThrow(
      /^Table: table Small-test-Table-\w+ was kept with other keys or another stream than the template has now\. Choose another --persist directory/,
    );
    await rm(changed, { recursive: true });
  } finally {
    await rm(assembly, { recursive: true });
    await rm(persist, { recursive: true });
  }
});

test.each(['engine.sqlite', 'kinesis/kinesis.sqlite', 'dynamodb/shared-local-instance.db', 'states/states.sqlite'])(
  'a damaged %s is told with its directory',
  { timeout: 60_000 },
  async (file) => {
    const assembly = await writeAssembly(smallTemplate, smallFiles);
    const persist = await mkdtemp(join(tmpdir(), 'tidemark-persist-'));
    try {
      await mkdir(dirname(join(persist, file)), { recursive: true });
      await writeFile(join(persist, file), Buffer.alloc(8_192, 'no database'));
      await expect(startEngine({ assembly, persist })).rejects.toThrow(
        `The data in ${persist} cannot be read and may be damaged: choose another directory`,
      );
    } finally {
      await rm(assembly, { recursive: true });
      await rm(persist, { recursive: true });
    }
  },
);

const otherTable = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'Name', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
};
