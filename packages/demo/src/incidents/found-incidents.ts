import { DeleteItemCommand, DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { parseDeployedWorkflows, workflowsOutput } from '@tidemark/core/deployment';
import type { AlarmItem, IncidentItem } from '@tidemark/core/incidents/items';
import { signingKey, stagePartition } from '@tidemark/core/incidents/items';
import type { Stack } from '../exactness/stack.ts';

export interface FoundIncident {
  readonly incident: string;
  readonly item: IncidentItem;
}

export interface FoundExecution {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
}

/** Reads what stands of incidents in the Control table, and the executions of `Escalate`, over the wire. */
export class FoundIncidents {
  /** ARN of the state machine. */
  readonly escalate: string;
  readonly states: SFNClient;
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;

  constructor({ engine, source }: Stack, name: string) {
    const { endpoint, region, outputs } = engine;
    const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.#dynamodb = new DynamoDBClient(settings);
    this.states = new SFNClient(settings);
    this.#table = source(name).controlTable;
    const { incidents } = parseDeployedWorkflows(outputs[workflowsOutput] ?? '');
    if (incidents === undefined) throw new Error('the stack has no incidents');
    this.escalate = incidents.escalate;
  }

  close(): void {
    for (const client of [this.#dynamodb, this.states]) client.destroy();
  }

  /** Oldest first. */
  async incidents(source: string): Promise<FoundIncident[]> {
    const items = await this.#items(source, 'INCIDENT#');
    return items.map(({ Item, ...item }) => ({
      incident: String(Item).slice('INCIDENT#'.length),
      item: item as unknown as IncidentItem,
    }));
  }

  /** By the alarm's name in CloudWatch. */
  async alarms(source: string): Promise<ReadonlyMap<string, AlarmItem>> {
    const items = await this.#items(source, 'ALARM#');
    return new Map(
      items.map(({ Item, ...item }) => [String(Item).slice('ALARM#'.length), item as unknown as AlarmItem]),
    );
  }

  /** Keys of what waits to be told. */
  async outbox(): Promise<string[]> {
    return (await this.#items(stagePartition, 'OUTBOX#')).map(({ Item }) => String(Item));
  }

  /** The newest first. */
  async executions(): Promise<FoundExecution[]> {
    const found: FoundExecution[] = [];
    const machine = { stateMachineArn: this.escalate, maxResults: 1000 };
    for await (const { executions = [] } of paginateListExecutions({ client: this.states }, machine)) {
      for (const { name = '', executionArn: arn = '', status = '' } of executions) found.push({ name, arn, status });
    }
    return found;
  }

  /** As before the first message: the key that signs links is to be made again. */
  async forgetSigningKey(): Promise<void> {
    await this.#dynamodb.send(new DeleteItemCommand({ TableName: this.#table, Key: marshall(signingKey()) }));
  }

  async #items(partition: string, prefix: string): Promise<Readonly<Record<string, unknown>>[]> {
    const found: Readonly<Record<string, unknown>>[] = [];
    const input = {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: '#source = :source AND begins_with(#item, :prefix)',
      ExpressionAttributeNames: { '#source': 'Source', '#item': 'Item' },
      ExpressionAttributeValues: { ':source': { S: partition }, ':prefix': { S: prefix } },
    };
    for await (const { Items = [] } of paginateQuery({ client: this.#dynamodb }, input)) {
      found.push(...Items.map((item) => unmarshall(item)));
    }
    return found;
  }
}
