import type { FunctionSettings, SourceSettings } from '@tidemark/core/config';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  CfnEventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { lambdaRole } from '../access/role.ts';
import type { DataBucket } from '../data/bucket.ts';
import { bundleFolder, type HandlerName, withFunctionCode } from './code.ts';

/** `Variables` are those that the handler expects in its env.ts: a missing one does not compile. */
export interface StreamFunctionProps<Variables> {
  readonly handler: HandlerName;
  readonly description: string;
  readonly source: SourceSettings;
  readonly settings: FunctionSettings;
  readonly environment: Variables;
  /** What the handler does and what its event source mapping reads; logs and failed batches are added. `scope` holds the role. */
  readonly statements: (scope: Construct) => PolicyStatement[];
  readonly eventSourceArn: string;
  /** Lambda then carries a state of the function from batch to batch, and ends it with a call of its own. */
  readonly tumblingWindowSeconds?: number;
  /** Takes the batches that Lambda gives up on. */
  readonly failures: DataBucket;
  readonly retain: boolean;
}

/** A function that follows a stream, one batch a shard at a time: log group, role, function and event source mapping. */
export class StreamFunction<
  Variables extends { readonly [name: string]: string } = Record<string, string>,
> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: StreamFunctionProps<Variables>) {
    super(scope, id);
    const { settings } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = this.#role(props, logGroup);
    this.function = withFunctionCode(
      bundleFolder(props.handler),
      props.source,
      (code) =>
        new LambdaFunction(this, 'Function', {
          description: props.description,
          runtime: Runtime.NODEJS_24_X,
          architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
          handler: 'index.handler',
          code,
          role,
          memorySize: settings.memoryMb,
          timeout: Duration.seconds(settings.timeoutSeconds),
          environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
          logGroup,
          loggingFormat: LoggingFormat.JSON,
          applicationLogLevelV2: ApplicationLogLevel[settings.logLevel],
          systemLogLevelV2: SystemLogLevel.INFO,
          ...(settings.reservedConcurrency === undefined
            ? {}
            : { reservedConcurrentExecutions: settings.reservedConcurrency }),
        }),
    );
    this.#follow(props);
  }

  metric(metricName: string, statistic: string): Metric {
    return this.function.metric(metricName, { statistic, period: Duration.minutes(1) });
  }

  #role(props: StreamFunctionProps<Variables>, logGroup: LogGroup): Role {
    const log = new PolicyStatement({
      sid: 'WriteOwnLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const statements = [...props.statements(this), ...props.failures.keepingFailures(this), log];
    return lambdaRole(this, props.source.access, new PolicyDocument({ statements }));
  }

  /** The L1 construct: it states every setting, -1 included, and adds no policies of its own. */
  #follow(props: StreamFunctionProps<Variables>): CfnEventSourceMapping {
    const { settings, eventSourceArn, tumblingWindowSeconds, failures } = props;
    return new CfnEventSourceMapping(this, 'Mapping', {
      functionName: this.function.functionName,
      eventSourceArn,
      startingPosition: 'TRIM_HORIZON',
      parallelizationFactor: 1,
      batchSize: settings.batchSize,
      maximumBatchingWindowInSeconds: settings.batchWindowSeconds,
      bisectBatchOnFunctionError: settings.bisectOnError,
      maximumRetryAttempts: settings.retries,
      maximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
      ...(tumblingWindowSeconds === undefined ? {} : { tumblingWindowInSeconds: tumblingWindowSeconds }),
      destinationConfig: { onFailure: { destination: failures.bucket.bucketArn } },
    });
  }
}
