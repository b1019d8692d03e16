import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../found.ts';
import type { ExportedLine } from './exported.ts';
import { spanOf, visible } from './placement.ts';
import type { PruneTrial } from './trial.ts';

/** Something that a prune that goes wrong could do. Each returns how it is mended. */
export type Damage = (trial: PruneTrial) => Promise<() => Promise<unknown>>;

/** What the comparison must be able to find. */
export const damages: Readonly<Record<string, Damage>> = {
  'something that is kept is deleted': async (trial) => {
    const { partials } = await trial.base.items();
    // CloudWatch has minutes alone: it hears of none of this.
    const row = visible(partials, await trial.pruned()).find((each) => spanOf(each).size === '1h');
    if (row === undefined) throw new Error('nothing is kept');
    await remove(trial, row);
    return () => put(trial, row);
  },
  'something that is exported is still there': async (trial) => {
    const { item } = await aLine(trial);
    await put(trial, item);
    return () => remove(trial, item);
  },
  'an export is lost': async (trial) => {
    const { objectKey: Key } = await aLine(trial);
    const object = { Bucket: trial.base.world.source.bucket, Key };
    return withS3(trial, async (s3) => {
      const { Body } = await s3.send(new GetObjectCommand(object));
      const bytes = (await Body?.transformToByteArray()) ?? Buffer.alloc(0);
      await s3.send(new DeleteObjectCommand(object));
      return () => withS3(trial, (again) => again.send(new PutObjectCommand({ ...object, Body: bytes })));
    });
  },
  'something is exported twice': async (trial) => {
    const { objectKey } = await aLine(trial);
    const Bucket = trial.base.world.source.bucket;
    const Key = objectKey.replace(/[^/]*-([0-9a-f]{16})-/, 'again-$1-');
    return withS3(trial, async (s3) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: objectKey }));
      const bytes = (await Body?.transformToByteArray()) ?? Buffer.alloc(0);
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
      return () => withS3(trial, (again) => again.send(new DeleteObjectCommand({ Bucket, Key })));
    });
  },
};

async function aLine({ exported }: PruneTrial): Promise<ExportedLine> {
  const [line] = await exported.lines('counts');
  if (line === undefined) throw new Error('nothing is exported');
  return line;
}

function put(trial: PruneTrial, item: Item): Promise<unknown> {
  const TableName = trial.base.world.source.seriesTable;
  return withDynamoDb(trial, (client) => client.send(new PutItemCommand({ TableName, Item: marshall(item) })));
}

function remove(trial: PruneTrial, { EventName, Bucket }: Item): Promise<unknown> {
  const TableName = trial.base.world.source.seriesTable;
  const Key = marshall({ EventName, Bucket });
  return withDynamoDb(trial, (client) => client.send(new DeleteItemCommand({ TableName, Key })));
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

async function withS3<Result>({ base }: PruneTrial, work: (s3: S3Client) => Promise<Result>): Promise<Result> {
  const { endpoint, region } = base.stack.engine;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  return work(s3).finally(() => s3.destroy());
}

async function withDynamoDb<Result>(
  { base }: PruneTrial,
  work: (client: DynamoDBClient) => Promise<Result>,
): Promise<Result> {
  const { endpoint, region } = base.stack.engine;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  return work(client).finally(() => client.destroy());
}
