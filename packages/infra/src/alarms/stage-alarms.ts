import { stagePartition } from '@tidemark/core/incidents/items';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Escalation } from '../escalation/escalation.ts';
import type { Health } from '../health/health.ts';
import type { Workflows } from '../workflows/workflows.ts';
import { alarmNamePrefix } from './alarm-name.ts';
import { descriptionOf } from './description.ts';
import { runbookAnchor } from './runbook.ts';

export interface StageAlarmsProps {
  readonly workflows: Workflows;
  readonly escalation: Escalation;
  /** Absent where no source is looked at. */
  readonly health: Health | undefined;
}

const periodSeconds = 300;

const known = [
  {
    name: 'runs',
    severity: 'low',
    summary: 'a replay, a backfill, an undo or a prune has failed',
    runbook: runbookAnchor('a run has failed'),
  },
  {
    name: 'watchdog',
    severity: 'high',
    summary: 'the watchdog fails: what a stopped run holds is not let go',
    runbook: runbookAnchor('the watchdog fails'),
  },
  {
    name: 'escalation',
    severity: 'critical',
    summary: 'escalation fails: an alarm may have told nobody',
    runbook: runbookAnchor('escalation fails'),
  },
  {
    name: 'health',
    severity: 'high',
    summary: 'sources are not looked at: nobody knows whether they are fresh, or what was set aside',
    runbook: runbookAnchor('nobody looks at the health of sources'),
  },
] as const;
type Name = (typeof known)[number]['name'];

/** What the alarms of a stage are, before any of them is made: the function that they are told to must know them. */
export function stageAlarms(scope: Construct, isLookedAt: boolean): DeployedAlarm[] {
  return known
    .filter(({ name }) => name !== 'health' || isLookedAt)
    .map((alarm) => ({ ...alarm, alarm: `${alarmNamePrefix(scope)}${alarm.name}`, source: stagePartition }));
}

/** Whether it is the one that cannot count on escalation to be told. */
export function isOnEscalation({ source, name }: DeployedAlarm): boolean {
  return source === stagePartition && name === ('escalation' satisfies Name);
}

/** The alarms on what all sources share. */
export class StageAlarms extends Construct {
  constructor(scope: Construct, id: string, { workflows, escalation, health }: StageAlarmsProps) {
    super(scope, id);
    const watchdog = workflows.watchdog.functionName;
    const incidents = escalation.incidents.function.functionName;
    const watched: Record<Name, readonly Counted[]> = {
      runs: workflows.runs.flatMap(executionsFailed),
      watchdog: failuresOf(watchdog),
      escalation: [
        ...executionsFailed(escalation.machine.arn),
        // An event that was given up lies in the data bucket.
        ofFunction(incidents, 'AsyncEventsDropped'),
        ofFunction(incidents, 'Throttles'),
      ],
      health: health === undefined ? [] : failuresOf(health.function.functionName),
    };
    const alarms = stageAlarms(this, health !== undefined);
    for (const { name } of known) {
      const alarm = alarms.find((each) => each.name === name);
      if (alarm !== undefined) this.#watch(alarm, watched[name]);
    }
  }

  /** On while any of them is above 0. */
  #watch(alarm: DeployedAlarm, counted: readonly Counted[]): void {
    const metrics = counted.map(({ namespace, metricName, dimension, value }, index) => ({
      id: `m${index}`,
      metricStat: {
        metric: { namespace, metricName, dimensions: [{ name: dimension, value }] },
        ...{ period: periodSeconds, stat: 'Sum' },
      },
      returnData: false,
    }));
    new CfnAlarm(this, alarm.name, {
      alarmName: alarm.alarm,
      alarmDescription: descriptionOf(this, alarm),
      metrics: [
        ...metrics,
        { id: 'all', expression: `SUM([${metrics.map(({ id }) => id).join(', ')}])`, returnData: true },
      ],
      ...{ evaluationPeriods: 1, threshold: 0, comparisonOperator: 'GreaterThanThreshold' },
      treatMissingData: 'notBreaching',
    });
  }
}

interface Counted {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimension: string;
  readonly value: string;
}

function executionsFailed(machineArn: string): Counted[] {
  return ['ExecutionsFailed', 'ExecutionsTimedOut'].map((metricName) => ({
    ...{ namespace: 'AWS/States', metricName, dimension: 'StateMachineArn', value: machineArn },
  }));
}

function failuresOf(functionName: string): Counted[] {
  return ['Errors', 'Throttles'].map((metricName) => ofFunction(functionName, metricName));
}

function ofFunction(functionName: string, metricName: string): Counted {
  return { namespace: 'AWS/Lambda', metricName, dimension: 'FunctionName', value: functionName };
}
