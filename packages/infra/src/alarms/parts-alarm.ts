import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StreamFunction } from '../functions/function.ts';
import { partNamePrefix } from './alarm-name.ts';
import { descriptionOf } from './description.ts';

export interface PartsAlarmProps {
  readonly alarm: DeployedAlarm;
  /** By their names. */
  readonly functions: Readonly<Record<string, StreamFunction>>;
}

const periodSeconds = 300;
/** A record may be so much older than the batch that it waits in, before its function falls behind. */
const lagSeconds = 600;
/** A batch that fails once is repeated, and mends by itself. */
const failuresMax = 2;

/** One alarm on every function of a source that follows a stream: it is on while any of them falls behind or fails. */
export class PartsAlarm extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { alarm, functions }: PartsAlarmProps) {
    super(scope, id);
    const parts = Object.entries(functions).flatMap(([name, fn]) => [
      lagAlarm(this, { alarm, name, fn }),
      failureAlarm(this, { alarm, name, fn }),
    ]);
    const composite = new CfnCompositeAlarm(this, 'Any', {
      alarmName: alarm.alarm,
      alarmDescription: descriptionOf(this, alarm),
      alarmRule: parts.map((part) => `ALARM("${part.alarmName}")`).join(' OR '),
    });
    // The rule names them without referring to them.
    for (const part of parts) composite.node.addDependency(part);
    this.arn = composite.attrArn;
  }
}

interface Part {
  readonly alarm: DeployedAlarm;
  readonly name: string;
  readonly fn: StreamFunction;
}

const common = {
  comparisonOperator: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
} as const;

/** The age of the records that the function gets. */
function lagAlarm(scope: Construct, { alarm, name, fn }: Part): CfnAlarm {
  const seconds = fn.batchWindowSeconds + lagSeconds;
  const summary = `${name} of ${alarm.source} gets records that are more than ${seconds} s old`;
  return new CfnAlarm(scope, `${name} lag`, {
    ...common,
    alarmName: `${partNamePrefix(scope)}${alarm.source}-${name}-lag`,
    alarmDescription: descriptionOf(scope, { summary, runbook: alarm.runbook }),
    ...{ namespace: 'AWS/Lambda', metricName: 'IteratorAge', dimensions: dimensionsOf(fn), statistic: 'Maximum' },
    ...{ period: periodSeconds, evaluationPeriods: 2, threshold: seconds * 1000 },
  });
}

function failureAlarm(scope: Construct, { alarm, name, fn }: Part): CfnAlarm {
  const stat = (id: string, metricName: string) => ({
    id,
    metricStat: {
      metric: { namespace: 'AWS/Lambda', metricName, dimensions: dimensionsOf(fn) },
      ...{ period: periodSeconds, stat: 'Sum' },
    },
    returnData: false,
  });
  const summary = `${name} of ${alarm.source} has errors or is throttled`;
  return new CfnAlarm(scope, `${name} failures`, {
    ...common,
    alarmName: `${partNamePrefix(scope)}${alarm.source}-${name}-failures`,
    alarmDescription: descriptionOf(scope, { summary, runbook: alarm.runbook }),
    metrics: [
      stat('errors', 'Errors'),
      stat('throttles', 'Throttles'),
      { id: 'failures', expression: 'SUM([errors, throttles])', returnData: true },
    ],
    ...{ evaluationPeriods: 3, datapointsToAlarm: 2, threshold: failuresMax },
  });
}

function dimensionsOf(fn: StreamFunction) {
  return [{ name: 'FunctionName', value: fn.function.functionName }];
}
