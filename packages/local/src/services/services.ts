import type { Clock } from '../clock.ts';
import type { EngineDirectory } from '../directory.ts';
import type { Service } from '../gateway/service.ts';
import type { Meter } from '../meter/meter.ts';
import type { Shutdown } from '../shutdown.ts';
import type { AssembledStack } from '../template/assembly.ts';
import type { Deployment } from '../template/deploy.ts';
import { cloudFormationService, type RunningStack } from './cloudformation/service.ts';
import { MetricStore } from './cloudwatch/store.ts';
import { startDynamoDb } from './dynamodb/start.ts';
import { TableMetrics } from './dynamodb/table-metrics.ts';
import { Roles } from './iam/roles.ts';
import { KinesisServer } from './kinesis/server.ts';
import { StreamMetrics } from './kinesis/stream-metrics.ts';
import { LogStore } from './logs/log-store.ts';
import { logsService } from './logs/service.ts';
import { messagingService } from './messaging/service.ts';
import { type Fauxqs, startFauxqs } from './s3/fauxqs.ts';
import { s3Service } from './s3/service.ts';

export interface ServicesOptions {
  readonly stack: AssembledStack;
  readonly region: string;
  readonly account: string;
  readonly clock: Clock;
  readonly directory: EngineDirectory | undefined;
  readonly meter: Meter;
  readonly java: string;
  readonly enforceShardLimits: boolean;
  readonly shutdown: Shutdown;
}

/** The servers under the gateway. */
export interface Services {
  /** By signing name; more may be added. */
  readonly byName: Map<string, Service>;
  readonly kinesis: KinesisServer;
  /** Undefined where the template has no table. */
  readonly dynamoDb: Service | undefined;
  readonly fauxqs: Fauxqs;
  readonly metrics: MetricStore;
  readonly tableMetrics: TableMetrics;
  readonly logs: LogStore;
  readonly roles: Roles;
  /** The name of each table's partition key. */
  readonly partitionKeys: Map<string, string>;
  /** Resolves when a server ended that should run. */
  readonly failed: Promise<Error>;
  /** From now on, CloudFormation knows the stack. */
  setStack(stack: {
    readonly deployment: Deployment;
    readonly stack: AssembledStack;
    readonly createdMs: number;
  }): void;
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { region, account, clock, directory, shutdown } = options;
  const folder = (part: string) => (directory === undefined ? {} : { directory: directory.folder(part) });
  const failed = Promise.withResolvers<Error>();
  // What all of them publish goes there: it ends last.
  const metrics = new MetricStore(directory?.folder('cloudwatch'));
  shutdown.add(async () => metrics.close());
  const tableMetrics = new TableMetrics(metrics, clock);
  // Java takes longest to start: everything else does so meanwhile.
  const dynamoDb = has(options.stack, 'AWS::DynamoDB::Table')
    ? startDynamoDb({
        ...{ java: options.java, region, shutdown, onFailed: failed.resolve, ...folder('dynamodb') },
        onConsumed: (request, consumption, tables) => {
          options.meter.consumed(request, consumption);
          tableMetrics.consumed(tables);
        },
      })
    : undefined;
  const fauxqs = await startFauxqs({ region, ...folder('s3') });
  shutdown.add(() => fauxqs.close());
  const kinesis = new KinesisServer({
    ...{ clock, region, accountId: account, enforceShardLimits: options.enforceShardLimits },
    ...folder('kinesis'),
    metrics: new StreamMetrics(metrics, clock),
  });
  shutdown.add(async () => kinesis.close());
  const logs = new LogStore();
  let running: RunningStack | undefined;
  const byName = new Map<string, Service>([
    ['kinesis', kinesis],
    ['s3', s3Service(fauxqs)],
    ['cloudformation', cloudFormationService(() => running)],
    ['logs', logsService(logs, { region, account })],
  ]);
  if (dynamoDb !== undefined) byName.set('dynamodb', dynamoDb);
  if (has(options.stack, 'AWS::SQS::')) byName.set('sqs', messagingService(fauxqs, region));
  return {
    ...{
      byName,
      kinesis,
      dynamoDb,
      fauxqs,
      metrics,
      tableMetrics,
      logs,
      roles: new Roles(),
      partitionKeys: new Map(),
      failed: failed.promise,
    },
    setStack({ deployment, stack, createdMs }) {
      const outputs = Object.entries(stack.template.Outputs);
      const outputDescriptions = Object.fromEntries(outputs.map(([key, { Description }]) => [key, Description]));
      const { templateText, template } = stack;
      running = { deployment, templateText, description: template.Description, outputDescriptions, createdMs };
    },
  };
}

function has({ template }: AssembledStack, typePrefix: string): boolean {
  return Object.values(template.Resources).some(({ Type }) => Type.startsWith(typePrefix));
}
