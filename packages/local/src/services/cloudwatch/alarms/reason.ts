import type { AlarmState, MetricAlarm, StateValue } from './alarm.ts';
import { breaches, comparisonWords, isOfBand } from './comparison.ts';
import type { Decision, Slot } from './decide.ts';
import { counted, dayText, jsonText, numberText, stampText } from './text.ts';
import { treatmentOf } from './treatment.ts';

export type Reason = Pick<AlarmState, 'reason' | 'reasonData'>;

/** Why the decision put the alarm into `value`, in CloudWatch's words. */
export function reasonOf(alarm: MetricAlarm, decision: Decision, value: StateValue, nowMs: number): Reason {
  const supporting = decision.datapoints.filter((slot) => breaches(alarm, slot) === (value === 'ALARM'));
  const reason =
    value === 'INSUFFICIENT_DATA'
      ? `Insufficient Data: ${counted(decision.filled.length, 'datapoint')} unknown.`
      : `${isOfBand(alarm.comparison) ? 'Thresholds' : 'Threshold'} Crossed: ${crossed(alarm, decision, supporting, value)}.`;
  return { reason, reasonData: reasonData(alarm, decision, supporting, value, nowMs) };
}

function crossed(alarm: MetricAlarm, decision: Decision, supporting: readonly Slot[], value: StateValue): string {
  const { evaluationPeriods, datapointsToAlarm } = alarm;
  const { filled, datapoints } = decision;
  const treatment = treatmentOf(alarm);
  const treated = treatment === 'breaching' ? 'Breaching' : 'NonBreaching';
  const isTreated = filled.length > 0 && (treatment === 'breaching' || treatment === 'notBreaching');
  const missing = isTreated ? ` and ${counted(filled.length, 'missing datapoint')} treated as [${treated}]` : '';
  if (supporting.length === 0) {
    const received = datapoints.length === 0 ? 'no datapoints were' : counted(datapoints.length, 'datapoint');
    return `${received} received for ${evaluationPeriods} period${evaluationPeriods === 1 ? '' : 's'}${missing}`;
  }
  const list = supporting.map((slot) => `${numberText(slot.value ?? 0)} (${dayText(slot.atMs)})`).join(', ');
  const verb = supporting.length === 1 ? 'was' : 'were';
  const compared = `${verb} ${comparedWith(alarm, supporting, value)}${missing}`;
  if (datapointsToAlarm === undefined) {
    return `${supporting.length} datapoint${supporting.length === 1 ? '' : 's'} [${list}] ${compared}`;
  }
  const least = leastDatapoints(alarm, value);
  const transition = value === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  const minimum = `(minimum ${least} datapoint${least === 1 ? '' : 's'} for ${transition} transition)`;
  return `${supporting.length} out of the last ${evaluationPeriods} datapoints [${list}] ${compared} ${minimum}`;
}

function comparedWith({ comparison, threshold }: MetricAlarm, slots: readonly Slot[], value: StateValue): string {
  const not = value === 'ALARM' ? '' : 'not ';
  if (!isOfBand(comparison))
    return `${not}${comparisonWords(comparison)} the threshold (${numberText(threshold ?? 0)})`;
  const lower = `${not}less than the lower thresholds [${bounds(slots, 'lower')}]`;
  const upper = `${not}greater than the upper thresholds [${bounds(slots, 'upper')}]`;
  if (comparison === 'LessThanLowerThreshold') return lower;
  return comparison === 'GreaterThanUpperThreshold' ? upper : `${lower} or ${upper}`;
}

function bounds(slots: readonly Slot[], bound: 'lower' | 'upper'): string {
  return slots.map((slot) => numberText(slot[bound] ?? 0)).join(', ');
}

/** How many datapoints are needed at least to go into the state. */
function leastDatapoints({ evaluationPeriods, datapointsToAlarm = evaluationPeriods }: MetricAlarm, value: StateValue) {
  return value === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
}

/** The numbers that are no measurements, which CloudWatch writes without a fraction. */
const wholeNumbers = new Set(['period']);

function reasonData(
  alarm: MetricAlarm,
  { datapoints, filled }: Decision,
  supporting: readonly Slot[],
  value: StateValue,
  nowMs: number,
): string {
  const recent = datapoints.toReversed();
  const isBand = isOfBand(alarm.comparison);
  const hasLower = isBand && alarm.comparison !== 'GreaterThanUpperThreshold';
  const hasUpper = isBand && alarm.comparison !== 'LessThanLowerThreshold';
  const stat = alarm.watched.isSingle ? alarm.watched.queries[0]?.stat : undefined;
  const deciding =
    value === 'INSUFFICIENT_DATA'
      ? filled
      : [...supporting, ...filled].toSorted((a, b) => b.atMs - a.atMs).slice(0, leastDatapoints(alarm, value));
  const data = {
    version: '1.0',
    queryDate: stampText(nowMs),
    startDate: recent[0] === undefined ? undefined : stampText(recent[0].atMs),
    statistic: stat?.statistic,
    period: alarm.periodMs / 1_000,
    recentDatapoints: recent.map((slot) => slot.value),
    recentLowerThresholds: hasLower ? recent.map((slot) => slot.lower) : undefined,
    recentUpperThresholds: hasUpper ? recent.map((slot) => slot.upper) : undefined,
    threshold: alarm.threshold,
    evaluatedDatapoints: deciding.map((slot) => ({
      timestamp: stampText(slot.atMs),
      sampleCount: stat === undefined ? undefined : slot.sampleCount,
      value: slot.value,
      threshold: hasLower === hasUpper ? undefined : hasLower ? slot.lower : slot.upper,
    })),
  };
  return jsonText(data, wholeNumbers);
}
