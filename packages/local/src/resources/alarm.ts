import type { Clock } from '../clock.ts';
import type { Alarm } from '../services/cloudwatch/alarms/alarm.ts';
import type { AlarmPlace } from '../services/cloudwatch/alarms/alarm-input.ts';
import type { Alarms } from '../services/cloudwatch/alarms/alarms.ts';
import { readCompositeAlarm } from '../services/cloudwatch/alarms/read-composite-alarm.ts';
import { readMetricAlarm } from '../services/cloudwatch/alarms/read-metric-alarm.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { CreatedResource, CreateRequest, ResourceType } from '../template/resource-type.ts';
import { listOf, type Members, object, used, withoutEffect } from '../template/shape.ts';
import { ServiceFailure } from '../wire/failure.ts';

const common: Members = {
  AlarmName: used,
  AlarmDescription: used,
  ActionsEnabled: used,
  OKActions: used,
  AlarmActions: used,
  InsufficientDataActions: used,
  Tags: withoutEffect('nothing reads them'),
};

const dimensions = listOf(object({ Name: used, Value: used }));

const metric: Members = { Namespace: used, MetricName: used, Dimensions: dimensions };

const query: Members = {
  Id: used,
  Expression: used,
  Label: used,
  Period: withoutEffect('the metrics of the list say it'),
  ReturnData: used,
  MetricStat: object({ Metric: object(metric), Period: used, Stat: used }),
};

/** `AWS::CloudWatch::Alarm`. One that was kept goes on in its state. */
export function alarmType(alarms: Alarms, place: AlarmPlace, clock: Clock): ResourceType {
  return {
    members: {
      ...common,
      ...metric,
      Statistic: used,
      Period: used,
      Metrics: listOf(object(query)),
      ThresholdMetricId: used,
      Threshold: used,
      ComparisonOperator: used,
      EvaluationPeriods: used,
      DatapointsToAlarm: used,
      TreatMissingData: used,
    },
    create: async (request) => create(request, alarms, (input) => readMetricAlarm(input, place, clock.now())),
  };
}

/** `AWS::CloudWatch::CompositeAlarm`. Its children must come before it. */
export function compositeAlarmType(alarms: Alarms, place: AlarmPlace, clock: Clock): ResourceType {
  return {
    members: { ...common, AlarmRule: used },
    create: async (request) => create(request, alarms, (input) => readCompositeAlarm(input, place, clock.now())),
  };
}

const nameCharactersMax = 255;

function create(
  { logicalId, properties, generatedName }: CreateRequest,
  alarms: Alarms,
  read: (input: Readonly<Record<string, unknown>>) => Alarm,
): CreatedResource {
  try {
    const alarm = read({ ...properties, AlarmName: properties.AlarmName ?? generatedName(nameCharactersMax) });
    alarms.put(alarm, true);
    return { physicalId: alarm.name, attributes: { Arn: alarm.arn } };
  } catch (error) {
    if (error instanceof ServiceFailure) throw new TemplateRefused([`${logicalId}: ${error.message}`]);
    throw error;
  }
}
