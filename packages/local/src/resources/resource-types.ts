import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { EngineClock } from '../clock.ts';
import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';
import { functionType } from '../lambda/function-type.ts';
import type { LambdaHost } from '../lambda/host.ts';
import type { LambdaMetrics } from '../lambda/lambda-metrics.ts';
import type { Permissions } from '../lambda/permissions.ts';
import type { FunctionUrls } from '../lambda/url/function-urls.ts';
import type { Alarms } from '../services/cloudwatch/alarms/alarms.ts';
import type { AnomalyDetectors } from '../services/cloudwatch/alarms/anomaly-detectors.ts';
import type { Rules } from '../services/events/rules.ts';
import type { QueuePolicies } from '../services/messaging/queue-policies.ts';
import type { Pipes } from '../services/pipes/pipes.ts';
import type { Schedules } from '../services/scheduler/schedules.ts';
import type { Services } from '../services/services.ts';
import type { TopicPolicies } from '../services/sns/topic-policies.ts';
import type { Topics } from '../services/sns/topics.ts';
import type { StepFunctions } from '../services/states/start.ts';
import type { Dispatch } from '../sources/destination.ts';
import type { MappingEvent } from '../sources/mapping.ts';
import { mappingType } from '../sources/mapping-type.ts';
import type { EventSourceMappings } from '../sources/mappings.ts';
import { memoryPositions, type PositionStore } from '../sources/positions.ts';
import type { ReadPace } from '../sources/source.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { alarmType, compositeAlarmType } from './alarm.ts';
import { anomalyDetectorType } from './anomaly-detector.ts';
import { bucketPolicyType, bucketType } from './bucket.ts';
import { dashboardType } from './dashboard.ts';
import { eventInvokeConfigType } from './event-invoke-config.ts';
import { functionUrlType } from './function-url.ts';
import { logGroupType } from './log-group.ts';
import { withAccessCheck } from './mapping-access.ts';
import { permissionType } from './permission.ts';
import { pipeType } from './pipe.ts';
import { queueType } from './queue.ts';
import { queuePolicyType } from './queue-policy.ts';
import { policyType, roleType } from './role.ts';
import { ruleType } from './rule.ts';
import { scheduleType } from './schedule.ts';
import { scheduleGroupType } from './schedule-group.ts';
import { stateMachineType } from './state-machine.ts';
import { streamType } from './stream.ts';
import { subscriptionType } from './subscription.ts';
import { tableType } from './table.ts';
import { topicType } from './topic.ts';
import { topicPolicyType } from './topic-policy.ts';

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
  /** Reaches the engine's services, past the gateway. */
  readonly dispatch: Dispatch;
  readonly asynchronous: AsynchronousInvocations;
  readonly lambdaMetrics: LambdaMetrics;
  readonly rules: Rules;
  readonly alarms: Alarms;
  readonly detectors: AnomalyDetectors;
  readonly pipes: Pipes;
  readonly schedules: Schedules;
  readonly stepFunctions: StepFunctions;
  readonly permissions: Permissions;
  readonly queuePolicies: QueuePolicies;
  readonly topics: Topics;
  readonly topicPolicies: TopicPolicies;
  readonly functionUrls: FunctionUrls;
  /** Where mappings keep their positions; in memory without it. */
  readonly positions: PositionStore | undefined;
  readonly windowCloseDelayMs: number | undefined;
  readonly mappingTransitionMs: number | undefined;
  /** How gently mappings read Kinesis streams. */
  readonly readPace: ReadPace | undefined;
  readonly onMappingEvent: (event: MappingEvent) => void;
}

/** Every resource type that the engine runs, by its name in templates. */
export function resourceTypes(options: ResourceTypesOptions): Readonly<Record<string, ResourceType>> {
  const { services, host, clock, region, account, asynchronous } = options;
  const place = { region, account };
  const messaging = { ...place, fauxqs: services.fauxqs, host: new URL(options.endpoint).host };
  const { dynamoDb, fauxqs, kinesis, metrics, partitionKeys, roles } = services;
  const byName: Record<string, ResourceType> = {
    'AWS::CloudWatch::Alarm': alarmType(options.alarms, place, clock),
    'AWS::CloudWatch::AnomalyDetector': anomalyDetectorType(options.detectors),
    'AWS::CloudWatch::CompositeAlarm': compositeAlarmType(options.alarms, place, clock),
    'AWS::CloudWatch::Dashboard': dashboardType(metrics, clock),
    'AWS::Events::Rule': ruleType(options.rules, place),
    'AWS::IAM::Policy': policyType(roles),
    'AWS::IAM::Role': roleType(roles, account),
    'AWS::Kinesis::Stream': streamType(kinesis),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigType({ asynchronous, host, roles, account }),
    'AWS::Lambda::EventSourceMapping': withAccessCheck(mappings(options), host, roles, account),
    'AWS::Lambda::Function': functionType({ ...place, deploy: (definition) => host.deploy(definition) }),
    'AWS::Lambda::Permission': permissionType(options.permissions, host, account),
    'AWS::Lambda::Url': functionUrlType(options.functionUrls, host),
    'AWS::Logs::LogGroup': logGroupType(services.logs, place),
    'AWS::Pipes::Pipe': pipeType(options.pipes),
    'AWS::S3::Bucket': bucketType(fauxqs, region),
    'AWS::S3::BucketPolicy': bucketPolicyType,
    'AWS::SNS::Subscription': subscriptionType(options.topics, region),
    'AWS::SNS::Topic': topicType(options.topics, place),
    'AWS::SNS::TopicPolicy': topicPolicyType(options.topicPolicies),
    'AWS::SQS::Queue': queueType(messaging),
    'AWS::Scheduler::Schedule': scheduleType({ ...place, roles, schedules: options.schedules }),
    'AWS::Scheduler::ScheduleGroup': scheduleGroupType(options.schedules, clock),
    'AWS::StepFunctions::StateMachine': stateMachineType({
      ...{ ...place, roles, stepFunctions: options.stepFunctions, now: () => clock.now() },
    }),
    'AWS::SQS::QueuePolicy': queuePolicyType(options.queuePolicies),
  };
  if (dynamoDb !== undefined) byName['AWS::DynamoDB::Table'] = tableType(dynamoDb, partitionKeys);
  return byName;
}

function mappings({ services, positions, onMappingEvent, ...rest }: ResourceTypesOptions): ResourceType {
  const kept = positions ?? memoryPositions();
  return mappingType({ ...rest, kinesis: services.kinesis, positions: kept, observe: onMappingEvent });
}
