import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { EngineClock } from '../clock.ts';
import { functionType } from '../lambda/function-type.ts';
import type { LambdaHost } from '../lambda/host.ts';
import type { Services } from '../services/services.ts';
import type { Dispatch } from '../sources/destination.ts';
import type { MappingEvent } from '../sources/mapping.ts';
import { mappingType } from '../sources/mapping-type.ts';
import type { EventSourceMappings } from '../sources/mappings.ts';
import { memoryPositions, type PositionStore } from '../sources/positions.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { bucketPolicyType, bucketType } from './bucket.ts';
import { dashboardType } from './dashboard.ts';
import { logGroupType } from './log-group.ts';
import { withAccessCheck } from './mapping-access.ts';
import { queueType } from './queue.ts';
import { policyType, roleType } from './role.ts';
import { streamType } from './stream.ts';
import { tableType } from './table.ts';
import { subscriptionType, topicType } from './topic.ts';

export interface ResourceTypesOptions {
  readonly services: Services;
  readonly host: LambdaHost;
  readonly clock: EngineClock;
  readonly region: string;
  readonly account: string;
  /** Of the engine's gateway. */
  readonly endpoint: string;
  /** Reads the tables' streams. */
  readonly streams: DynamoDBStreamsClient;
  readonly mappings: EventSourceMappings;
  /** Where mappings keep their positions; in memory without it. */
  readonly positions: PositionStore | undefined;
  readonly windowCloseDelayMs: number | undefined;
  readonly onMappingEvent: (event: MappingEvent) => void;
}

/** Every resource type that the engine runs, by its name in templates. */
export function resourceTypes(options: ResourceTypesOptions): Readonly<Record<string, ResourceType>> {
  const { services, host, clock, region, account } = options;
  const place = { region, account };
  const messaging = { ...place, fauxqs: services.fauxqs, host: new URL(options.endpoint).host };
  const { dynamoDb, fauxqs, kinesis, metrics, partitionKeys, roles } = services;
  const byName: Record<string, ResourceType> = {
    'AWS::CloudWatch::Dashboard': dashboardType(metrics, clock),
    'AWS::IAM::Policy': policyType(roles),
    'AWS::IAM::Role': roleType(roles, account),
    'AWS::Kinesis::Stream': streamType(kinesis),
    'AWS::Lambda::EventSourceMapping': withAccessCheck(mappings(options), host, roles, account),
    'AWS::Lambda::Function': functionType({ ...place, deploy: (definition) => host.deploy(definition) }),
    'AWS::Logs::LogGroup': logGroupType(services.logs, place),
    'AWS::S3::Bucket': bucketType(fauxqs, region),
    'AWS::S3::BucketPolicy': bucketPolicyType,
    'AWS::SNS::Subscription': subscriptionType(messaging),
    'AWS::SNS::Topic': topicType(messaging),
    'AWS::SQS::Queue': queueType(messaging),
  };
  if (dynamoDb !== undefined) byName['AWS::DynamoDB::Table'] = tableType(dynamoDb, partitionKeys);
  return byName;
}

function mappings({ services, positions, onMappingEvent, ...rest }: ResourceTypesOptions): ResourceType {
  const dispatch: Dispatch = (request) => {
    const service = services.byName.get(request.service);
    if (service === undefined) throw new Error(`The engine has no ${request.service} to send discarded records to`);
    return service.handle(request);
  };
  const kept = positions ?? memoryPositions();
  return mappingType({ ...rest, kinesis: services.kinesis, positions: kept, dispatch, observe: onMappingEvent });
}
