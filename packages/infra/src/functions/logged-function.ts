import type { AccessSettings, FunctionSettings } from '@tidemark/core/config';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { lambdaRole } from '../access/role.ts';

/** What is set of every function, whether it follows a stream or is called. */
export type CalledFunctionSettings = Pick<
  FunctionSettings,
  'memoryMb' | 'timeoutSeconds' | 'reservedConcurrency' | 'architecture' | 'logLevel' | 'logRetentionDays'
>;

export interface LoggedFunctionProps<Variables> {
  readonly description: string;
  /** Binds the code to the function: its folder lives no longer than the call. */
  readonly withCode: (use: (code: Code) => LambdaFunction) => LambdaFunction;
  readonly access: AccessSettings;
  readonly settings: CalledFunctionSettings;
  /** Those that the handler expects in its env.ts: a missing one does not compile. */
  readonly environment: Variables;
  /** What the handler does; logs are added. `scope` holds the role. */
  readonly statements: (scope: Construct) => PolicyStatement[];
  readonly retain: boolean;
}

/** A function with a log group and a role of its own. */
export class LoggedFunction<
  Variables extends { readonly [name: string]: string } = Record<string, string>,
> extends Construct {
  readonly function: LambdaFunction;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, props: LoggedFunctionProps<Variables>) {
    super(scope, id);
    const { settings } = props;
    this.timeoutSeconds = settings.timeoutSeconds;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = this.#role(props, logGroup);
    this.function = props.withCode(
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
  }

  metric(metricName: string, statistic: string): Metric {
    return this.function.metric(metricName, { statistic, period: Duration.minutes(1) });
  }

  #role(props: LoggedFunctionProps<Variables>, logGroup: LogGroup): Role {
    const log = new PolicyStatement({
      sid: 'WriteOwnLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    return lambdaRole(this, props.access, new PolicyDocument({ statements: [...props.statements(this), log] }));
  }
}
