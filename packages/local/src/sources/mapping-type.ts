import { createHash } from 'node:crypto';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { Clock } from '../clock.ts';
import type { LambdaHost } from '../lambda/host.ts';
import type { LambdaMetrics } from '../lambda/lambda-metrics.ts';
import type { KinesisServer } from '../services/kinesis/server.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { CreateRequest, ResourceType } from '../template/resource-type.ts';
import { listOf, type Members, object, only, used, withoutEffect } from '../template/shape.ts';
import { mappingArn } from './describe.ts';
import type { Dispatch } from './destination.ts';
import { DynamoDbSource } from './dynamodb-source.ts';
import { KinesisSource } from './kinesis-source.ts';
import { EventSourceMapping, type MappingEvent } from './mapping.ts';
import type { EventSourceMappings } from './mappings.ts';
import type { PositionStore } from './positions.ts';
import { readSettings, type StartingPosition } from './settings.ts';
import type { ReadPace, StreamSource } from './source.ts';

const members: Members = {
  FunctionName: used,
  EventSourceArn: used,
  Enabled: used,
  BatchSize: used,
  MaximumBatchingWindowInSeconds: used,
  TumblingWindowInSeconds: used,
  MaximumRetryAttempts: used,
  MaximumRecordAgeInSeconds: used,
  BisectBatchOnFunctionError: used,
  FunctionResponseTypes: used,
  StartingPosition: used,
  StartingPositionTimestamp: used,
  FilterCriteria: object({ Filters: listOf(object({ Pattern: used })) }),
  DestinationConfig: object({ OnFailure: object({ Destination: used }) }),
  ParallelizationFactor: only([1, '1'], 'counts are exact with one invocation a shard only'),
  KmsKeyArn: withoutEffect('nothing is encrypted'),
  MetricsConfig: withoutEffect('the metrics of mappings themselves are not published'),
  Tags: withoutEffect('nothing reads them'),
};

export interface MappingTypeOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly host: LambdaHost;
  readonly kinesis: Pick<KinesisServer, 'invoke'>;
  readonly streams: DynamoDBStreamsClient;
  readonly positions: PositionStore;
  readonly dispatch: Dispatch;
  readonly lambdaMetrics?: LambdaMetrics;
  readonly mappings: EventSourceMappings;
  readonly windowCloseDelayMs?: number | undefined;
  readonly mappingTransitionMs?: number | undefined;
  /** How gently Kinesis streams are read; as fast as records are delivered without it. */
  readonly readPace?: ReadPace | undefined;
  readonly observe?: (event: MappingEvent) => void;
}

/** `AWS::Lambda::EventSourceMapping` on Kinesis and DynamoDB streams; started when it is created. */
export function mappingType(options: MappingTypeOptions): ResourceType {
  return {
    members,
    async create(request) {
      const mapping = defineMapping(request, options);
      options.mappings.add(mapping);
      const { Enabled: enabled = true } = request.properties;
      if (enabled === true || enabled === 'true') await mapping.start();
      else mapping.startDisabled();
      const arn = mappingArn(mapping);
      return {
        physicalId: mapping.uuid,
        attributes: { Id: mapping.uuid, EventSourceMappingArn: arn },
        stop: () => mapping.stop(),
      };
    },
  };
}

/** Throws TemplateRefused with every value that cannot be run. */
function defineMapping(
  { logicalId, properties, generatedName }: CreateRequest,
  options: MappingTypeOptions,
): EventSourceMapping {
  const refused: string[] = [];
  const result = readSettings(properties);
  if (!result.ok) refused.push(...result.mistakes);
  const startingPosition = readStart(properties, refused);
  const functionName = String(properties.FunctionName).split(':').at(-1) ?? '';
  const source = sourceOf(String(properties.EventSourceArn), functionName, options, refused);
  if (!result.ok || startingPosition === undefined || source === undefined || refused.length > 0) {
    throw new TemplateRefused(refused.map((reason) => `${logicalId}: ${reason}`));
  }
  if (source.kind === 'dynamodb' && startingPosition.at === 'TIMESTAMP') {
    throw new TemplateRefused([`${logicalId}: StartingPosition: a DynamoDB stream has no AT_TIMESTAMP`]);
  }
  const { region, clock, positions, windowCloseDelayMs, mappingTransitionMs, dispatch, observe } = options;
  return new EventSourceMapping({
    uuid: uuidOf(generatedName(255)),
    functionName,
    functionArn: options.host.definition(functionName).functionArn,
    region,
    source,
    settings: result.settings,
    startingPosition,
    invoker: options.host,
    clock,
    positions,
    windowCloseDelayMs,
    transitionMs: mappingTransitionMs,
    dispatch,
    metrics: options.lambdaMetrics,
    observe,
  });
}

function readStart(properties: CreateRequest['properties'], refused: string[]): StartingPosition | undefined {
  const { StartingPosition: at, StartingPositionTimestamp: seconds } = properties;
  if (at === 'TRIM_HORIZON' || at === 'LATEST') return { at };
  if (at === 'AT_TIMESTAMP' && seconds !== undefined && Number.isFinite(Number(seconds))) {
    return { at: 'TIMESTAMP', timestampMs: Number(seconds) * 1000 };
  }
  refused.push(
    `StartingPosition: ${JSON.stringify(at)} is none of TRIM_HORIZON, LATEST and, with a timestamp, AT_TIMESTAMP`,
  );
  return undefined;
}

function sourceOf(
  arn: string,
  functionName: string,
  { host, region, clock, kinesis, streams, readPace: pace }: MappingTypeOptions,
  refused: string[],
): StreamSource | undefined {
  const [, , service, , , resource = ''] = arn.split(':');
  if (service === 'kinesis' && /^stream\/[^/]+$/.test(resource)) {
    return new KinesisSource({
      server: kinesis,
      clock,
      streamArn: arn,
      region,
      role: host.definition(functionName).role,
      ...(pace === undefined ? {} : { pace }),
    });
  }
  if (service === 'dynamodb' && resource.includes('/stream/')) {
    return new DynamoDbSource({ client: streams, clock, streamArn: arn, region });
  }
  refused.push(`EventSourceArn: ${arn} is neither a Kinesis stream nor a DynamoDB stream`);
  return undefined;
}

/** A UUID that is the same on every start. */
function uuidOf(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
}
