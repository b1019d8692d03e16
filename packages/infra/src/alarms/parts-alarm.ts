import type { SourceSettings, SystemAlarmSettings } from '@tidemark/core/config';
import { freshnessMetric, sourceDimensions } from '@tidemark/core/health/datum';
import type { AlarmPart, DeployedAlarm } from '@tidemark/core/incidents/settings';
import { metricNamespace } from '@tidemark/core/publish/datum';
import { CfnAlarm, type CfnAlarmProps, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StreamFunction } from '../functions/function.ts';
import { partNamePrefix } from './alarm-name.ts';
import { descriptionOf } from './description.ts';
import { dimensionsOf } from './dimensions.ts';
import { type AlarmTopic, runbookAnchor } from './runbook.ts';

export interface PartsAlarmProps {
  readonly source: SourceSettings;
  readonly settings: SystemAlarmSettings;
  /** Without its parts. */
  readonly alarm: DeployedAlarm;
  /** Those that follow a stream. */
  readonly functions: readonly StreamFunction[];
}

const periodSeconds = 300;
/** A batch that fails once is repeated, and mends by itself. */
const failuresMax = 2;

/**
 * One alarm on the whole way of a source: it is on while any function of it falls behind or fails, or the source is not fresh. Each of its parts looks at all
 * functions at once, of which there are four at most: CloudWatch takes ten metrics in an alarm.
 */
export class PartsAlarm extends Construct {
  readonly arn: string;
  /** With its parts. */
  readonly alarm: DeployedAlarm;

  constructor(scope: Construct, id: string, { source, settings, alarm, functions }: PartsAlarmProps) {
    super(scope, id);
    const parts = [
      ...this.#lag(source.name, settings.lagMs, functions),
      this.#failures(source.name, functions, {
        ...{ name: 'errors', metricName: 'Errors', topic: 'a function fails' },
        summary: `functions of ${source.name} fail, more than ${failuresMax} times in 5 min`,
      }),
      this.#failures(source.name, functions, {
        ...{ name: 'throttles', metricName: 'Throttles', topic: 'a function is throttled' },
        summary: `functions of ${source.name} are throttled, more than ${failuresMax} times in 5 min`,
      }),
      ...this.#freshness(source.name, settings.freshnessMs),
    ];
    const composite = new CfnCompositeAlarm(this, 'Any', {
      alarmName: alarm.alarm,
      alarmDescription: descriptionOf(this, alarm),
      alarmRule: parts.map(({ part }) => `ALARM("${part.alarm}")`).join(' OR '),
    });
    // The rule names them without referring to them.
    for (const { made } of parts) composite.node.addDependency(made);
    this.arn = composite.attrArn;
    this.alarm = { ...alarm, parts: parts.map(({ part }) => part) };
  }

  /** The age of the last record of each batch: what waits in a batching window is a little older. */
  #lag(source: string, lagMs: number | false, functions: readonly StreamFunction[]): Part[] {
    if (lagMs === false) return [];
    const gatheringSeconds = Math.max(...functions.map(({ batchWindowSeconds }) => batchWindowSeconds));
    const thresholdMs = lagMs + gatheringSeconds * 1000;
    return [
      this.#part(
        {
          ...{ source, name: 'lag', topic: 'a function falls behind' },
          summary: `functions of ${source} get records that are more than ${thresholdMs / 1000} s old`,
        },
        {
          metrics: metricsOf('MAX', 'IteratorAge', 'Maximum', functions),
          ...{ evaluationPeriods: 2, threshold: thresholdMs, treatMissingData: 'notBreaching' },
        },
      ),
    ];
  }

  #failures(
    source: string,
    functions: readonly StreamFunction[],
    { metricName, ...known }: Omit<KnownPart, 'source'> & { readonly metricName: string },
  ): Part {
    return this.#part(
      { source, ...known },
      {
        metrics: metricsOf('SUM', metricName, 'Sum', functions),
        ...{ evaluationPeriods: 3, datapointsToAlarm: 2, threshold: failuresMax, treatMissingData: 'notBreaching' },
      },
    );
  }

  /**
   * A function whose mapping is disabled has no metric of its own. Looks come every five minutes, of which a period may miss one: what was is taken to go on.
   * That no look comes any more is an alarm of the stage; taken for trouble here, it would be one from each deployment to the first look.
   */
  #freshness(source: string, freshnessMs: number | false): Part[] {
    if (freshnessMs === false) return [];
    const dimensions = dimensionsOf(sourceDimensions(source));
    return [
      this.#part(
        {
          ...{ source, name: 'freshness', topic: 'counts are not fresh' },
          summary: `${source} is more than ${freshnessMs / 60_000} min behind its stream`,
        },
        {
          ...{ namespace: metricNamespace, metricName: freshnessMetric, dimensions, statistic: 'Maximum' },
          ...{ period: periodSeconds, evaluationPeriods: 2, threshold: freshnessMs / 1000, treatMissingData: 'ignore' },
        },
      ),
    ];
  }

  #part({ source, name, topic, summary }: KnownPart, watched: Omit<CfnAlarmProps, 'comparisonOperator'>): Part {
    const part = { alarm: `${partNamePrefix(this)}${source}-${name}`, summary, runbook: runbookAnchor(topic) };
    const made = new CfnAlarm(this, name, {
      alarmName: part.alarm,
      alarmDescription: descriptionOf(this, part),
      comparisonOperator: 'GreaterThanThreshold',
      ...watched,
    });
    return { part, made };
  }
}

interface KnownPart {
  readonly source: string;
  readonly name: string;
  readonly topic: AlarmTopic;
  readonly summary: string;
}

interface Part {
  readonly part: AlarmPart;
  readonly made: CfnAlarm;
}

/** One metric of each function, and what is made of them. */
function metricsOf(put: 'MAX' | 'SUM', metricName: string, stat: string, functions: readonly StreamFunction[]) {
  const metrics = functions.map((fn, index) => ({
    id: `m${index}`,
    metricStat: {
      metric: {
        ...{ namespace: 'AWS/Lambda', metricName },
        dimensions: [{ name: 'FunctionName', value: fn.function.functionName }],
      },
      ...{ period: periodSeconds, stat },
    },
    returnData: false,
  }));
  const all = { id: 'all', expression: `${put}([${metrics.map(({ id }) => id).join(', ')}])`, returnData: true };
  return [...metrics, all];
}
