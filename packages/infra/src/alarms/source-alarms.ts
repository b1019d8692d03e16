import type { SourceSettings, SystemAlarmSettings } from '@tidemark/core/config';
import { quarantinedMetric, sourceDimensions } from '@tidemark/core/health/datum';
import type { AlarmSettings, DeployedAlarm } from '@tidemark/core/incidents/settings';
import { eventCountMetric, metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import { otherSeries } from '@tidemark/core/series/partial';
import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StreamFunction } from '../functions/function.ts';
import { lookMinutes } from '../health/health.ts';
import { measureOfEveryReading } from '../monitoring/figures.ts';
import { alarmNamePrefix } from './alarm-name.ts';
import { descriptionOf } from './description.ts';
import { dimensionsOf } from './dimensions.ts';
import { PartsAlarm } from './parts-alarm.ts';
import { runbookAnchor } from './runbook.ts';
import { seriesAlarm, summaryOf, topicOf } from './series-alarm.ts';

export interface SourceAlarmsProps {
  readonly source: SourceSettings;
  /** Those that follow a stream. */
  readonly functions: readonly StreamFunction[];
  /** Link to the source's dashboard. */
  readonly dashboard: string;
}

/** The alarms of one source: those that the configuration asks for, and those on its own parts. */
export class SourceAlarms extends Construct {
  /** Those that become incidents. */
  readonly deployed: readonly DeployedAlarm[];
  /** ARNs of all of them, for the dashboard. */
  readonly arns: readonly string[];
  readonly #source: SourceSettings;
  readonly #dashboard: string;
  readonly #made: { readonly alarm: DeployedAlarm; readonly arn: string }[] = [];

  constructor(scope: Construct, id: string, props: SourceAlarmsProps) {
    super(scope, id);
    const { source, dashboard } = props;
    this.#source = source;
    this.#dashboard = dashboard;
    for (const alarm of source.alarms) this.#watchSeries(alarm);
    if (source.systemAlarms !== false) {
      this.#watchParts(source.systemAlarms, props.functions);
      this.#watchQuarantine(source.systemAlarms);
      this.#watchCap();
    }
    this.deployed = this.#made.map(({ alarm }) => alarm);
    this.arns = this.#made.map(({ arn }) => arn);
  }

  #watchSeries(settings: AlarmSettings): void {
    const { name, severity, series, periodSeconds, of } = settings;
    const runbook = runbookAnchor(topicOf(settings.condition));
    const known = { name, severity, summary: summaryOf(settings), runbook, series };
    this.#make({ ...known, looksBackMs: periodSeconds * of * 1000 }, seriesAlarm(this.#source, settings));
  }

  #watchParts(settings: SystemAlarmSettings, functions: readonly StreamFunction[]): void {
    const known = this.#known({
      name: 'parts',
      severity: 'high',
      summary: `counting, publishing or archiving of ${this.#source.name} falls behind or fails`,
      runbook: runbookAnchor('the parts of a source fall behind or fail'),
    });
    const { alarm, arn } = new PartsAlarm(this, 'Parts', { source: this.#source, settings, alarm: known, functions });
    this.#made.push({ alarm, arn });
  }

  #watchQuarantine({ quarantined }: SystemAlarmSettings): void {
    if (quarantined === false) return;
    const { name } = this.#source;
    const known = {
      name: 'quarantine',
      severity: 'low',
      summary: `records of ${name} are set aside, more than ${quarantined} in 5 min`,
      runbook: runbookAnchor('records are set aside'),
    } as const;
    this.#make(known, {
      namespace: metricNamespace,
      metricName: quarantinedMetric,
      dimensions: dimensionsOf(sourceDimensions(name)),
      statistic: 'Sum',
      period: lookMinutes * 60,
      evaluationPeriods: 1,
      threshold: quarantined,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    });
  }

  /** Names over the cap are counted together: from then on the source has series that nobody can look at. */
  #watchCap(): void {
    const { name, buckets } = this.#source;
    const isCounted = buckets.length > 0;
    const known = {
      name: 'series-cap',
      severity: 'low',
      summary: `${name} has more series than its cap: later names are counted under ${otherSeries}`,
      runbook: runbookAnchor('the cap on series is reached'),
    } as const;
    this.#make(known, {
      namespace: metricNamespace,
      metricName: isCounted ? eventCountMetric : measureOfEveryReading(this.#source),
      dimensions: dimensionsOf(seriesDimensions(name, otherSeries)),
      statistic: isCounted ? 'Sum' : 'SampleCount',
      period: 300,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    });
  }

  #make(
    known: Omit<DeployedAlarm, 'alarm' | 'source' | 'dashboard'>,
    watched: Omit<CfnAlarmProps, 'alarmName' | 'alarmDescription'>,
  ): void {
    const alarm = this.#known(known);
    const made = new CfnAlarm(this, `Alarm ${known.name}`, {
      alarmName: alarm.alarm,
      alarmDescription: descriptionOf(this, alarm),
      ...watched,
    });
    this.#made.push({ alarm, arn: made.attrArn });
  }

  #known(alarm: Omit<DeployedAlarm, 'alarm' | 'source' | 'dashboard'>): DeployedAlarm {
    const { name: source } = this.#source;
    return { ...alarm, alarm: `${alarmNamePrefix(this)}${source}-${alarm.name}`, source, dashboard: this.#dashboard };
  }
}
