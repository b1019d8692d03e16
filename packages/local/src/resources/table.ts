import type { Service } from '../gateway/service.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { listOf, object, used, withoutEffect } from '../template/shape.ts';
import { callJson } from '../wire/call.ts';
import { ServiceFailure } from '../wire/failure.ts';

interface TableDescription {
  readonly TableArn: string;
  readonly LatestStreamArn?: string;
  readonly KeySchema: unknown;
  readonly StreamSpecification?: { readonly StreamViewType?: string };
}

const keySchema = listOf(object({ AttributeName: used, KeyType: used }));
const projection = object({ ProjectionType: used, NonKeyAttributes: used });
const throughput = object({ ReadCapacityUnits: used, WriteCapacityUnits: used });

/** `AWS::DynamoDB::Table`; tells `partitionKeys` the name of each table's. One that was kept over a restart must have the same keys and the same stream. */
export function tableType(dynamoDb: Service, partitionKeys: Map<string, string>): ResourceType {
  return {
    members: {
      TableName: used,
      AttributeDefinitions: listOf(object({ AttributeName: used, AttributeType: used })),
      KeySchema: keySchema,
      BillingMode: used,
      ProvisionedThroughput: throughput,
      GlobalSecondaryIndexes: listOf(
        object({ IndexName: used, KeySchema: keySchema, Projection: projection, ProvisionedThroughput: throughput }),
      ),
      LocalSecondaryIndexes: listOf(object({ IndexName: used, KeySchema: keySchema, Projection: projection })),
      StreamSpecification: object({ StreamViewType: used }),
      TimeToLiveSpecification: object({ AttributeName: used, Enabled: used }),
      DeletionProtectionEnabled: used,
      SSESpecification: withoutEffect('nothing is encrypted on one machine'),
      PointInTimeRecoverySpecification: withoutEffect('DynamoDB Local has no backups'),
      TableClass: withoutEffect('it is a matter of price'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ logicalId, properties, generatedName }) {
      const TableName = typeof properties.TableName === 'string' ? properties.TableName : generatedName(255);
      const kept = await describe(dynamoDb, TableName);
      if (kept !== undefined) refuseOther(logicalId, TableName, properties, kept);
      const table = kept ?? (await createTable(dynamoDb, TableName, properties));
      const partitionKey = sorted(properties.KeySchema).find(([, keyType]) => keyType === 'HASH')?.[0];
      if (partitionKey !== undefined) partitionKeys.set(TableName, partitionKey);
      const streamArn = table.LatestStreamArn;
      const attributes = { Arn: table.TableArn, ...(streamArn === undefined ? {} : { StreamArn: streamArn }) };
      return { physicalId: TableName, attributes };
    },
  };
}

async function createTable(
  dynamoDb: Service,
  TableName: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<TableDescription> {
  const { SSESpecification, PointInTimeRecoverySpecification, TableClass, Tags, TimeToLiveSpecification, ...rest } =
    properties;
  const stream = rest.StreamSpecification as object | undefined;
  const input = {
    ...rest,
    TableName,
    ...(stream === undefined ? {} : { StreamSpecification: { ...stream, StreamEnabled: true } }),
  };
  const created = await callJson(dynamoDb, 'dynamodb', 'DynamoDB_20120810.CreateTable', numbered(input));
  if (TimeToLiveSpecification !== undefined) {
    await callJson(dynamoDb, 'dynamodb', 'DynamoDB_20120810.UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  }
  return created.TableDescription as TableDescription;
}

/** Templates may write numbers as text, the service wants numbers. */
function numbered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name.endsWith('CapacityUnits') ? Number(each) : numbered(each)]),
  );
}

async function describe(dynamoDb: Service, TableName: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await callJson(dynamoDb, 'dynamodb', 'DynamoDB_20120810.DescribeTable', { TableName });
    return Table as TableDescription;
  } catch (error) {
    if (error instanceof ServiceFailure && error.failure.code.endsWith('ResourceNotFoundException')) return undefined;
    throw error;
  }
}

function refuseOther(
  logicalId: string,
  tableName: string,
  properties: Readonly<Record<string, unknown>>,
  kept: TableDescription,
): void {
  const view = (properties.StreamSpecification as { StreamViewType?: string } | undefined)?.StreamViewType;
  const isSame =
    JSON.stringify(sorted(properties.KeySchema)) === JSON.stringify(sorted(kept.KeySchema)) &&
    view === kept.StreamSpecification?.StreamViewType;
  if (isSame) return;
  throw new TemplateRefused([
    `${logicalId}: table ${tableName} was kept with other keys or another stream than the template has now. Choose another --persist directory, or remove this one`,
  ]);
}

function sorted(schema: unknown): readonly (readonly [name: string, keyType: string])[] {
  const entries = (schema ?? []) as readonly { AttributeName: string; KeyType: string }[];
  return entries.map(({ AttributeName, KeyType }) => [AttributeName, KeyType] as const).sort();
}
