import type { Clock } from '../../clock.ts';
import { cut, type Interceptor } from '../../gateway/intercept.ts';
import { type PublishedMetrics, Reporter, Reporters } from '../cloudwatch/reporter.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import { type TableUnits, unitKindOf } from './capacity.ts';

const namespace = 'AWS/DynamoDB';
const unitNames = { readUnits: 'ConsumedReadCapacityUnits', writeUnits: 'ConsumedWriteCapacityUnits' } as const;
const throttleNames = { readUnits: 'ReadThrottleEvents', writeUnits: 'WriteThrottleEvents' } as const;
type Name = (typeof unitNames)[keyof typeof unitNames] | (typeof throttleNames)[keyof typeof throttleNames];

export const publishedByDynamoDb: readonly PublishedMetrics[] = [
  {
    namespace,
    units: Object.fromEntries([unitNames, throttleNames].flatMap(Object.values).map((name) => [name, 'Count'])),
    dimensions: [['TableName']],
  },
  { namespace, units: { ThrottledRequests: 'Count' }, dimensions: [['Operation', 'TableName']] },
];

/** What DynamoDB publishes of its tables. DynamoDB Local refuses nothing for being too much: what is throttled was struck by a fault. */
export class TableMetrics {
  readonly #tables: Reporters<Name>;
  readonly #operations: Reporters<'ThrottledRequests'>;

  constructor(store: MetricStore, clock: Clock) {
    const common = { store, clock, namespace };
    this.#tables = new Reporters((TableName) => new Reporter({ ...common, dimensionSets: [{ TableName }] }));
    this.#operations = new Reporters((key) => {
      const [TableName = '', Operation = ''] = key.split(' ');
      return new Reporter({ ...common, dimensionSets: [{ Operation, TableName }] });
    });
  }

  consumed(tables: readonly TableUnits[]): void {
    for (const { tableName, kind, units } of tables) this.#tables.of(tableName).add(unitNames[kind], units);
  }

  /** Sees the calls that were throttled, on their way back. */
  readonly interceptor: Interceptor = async (call, proceed) => {
    const answer = await proceed();
    const { request, resource: tableName } = call;
    const kind = request.service === 'dynamodb' ? unitKindOf(request.operation) : undefined;
    if (kind === undefined || tableName === undefined || answer === cut || answer.status !== 400) return answer;
    if (!answer.body.includes('ProvisionedThroughputExceededException')) return answer;
    this.#tables.of(tableName).add(throttleNames[kind], 1);
    this.#operations.of(`${tableName} ${request.operation}`).add('ThrottledRequests', 1);
    return answer;
  };
}
