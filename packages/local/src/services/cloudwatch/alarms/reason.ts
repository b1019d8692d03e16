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
  const count = supporting.length;
  const counting =
    datapointsToAlarm === undefined
      ? `${count} datapoint${count === 1 ? '' : 's'}`
      : `${count} out of the last ${evaluationPeriods} datapoints`;
  const verb = count === 1 ? 'was' : 'were';
  const minimum = datapointsToAlarm === undefined ? '' : ` ${minimumOf(alarm, value)}`;
  if (count < fewMax) {
    return `${counting} [${listOf(supporting)}] ${verb} ${comparedWith(alarm, value, supporting)}${missing}${minimum}`;
  }
  const compared = `${counting} ${verb} ${comparedWith(alarm, value)}${missing}`;
  return `${compared}. ${newestOf(alarm, value, supporting.slice(0, fewMax))}${minimum}`;
}

/** Fewer are listed where they are counted; of so many and more, the newest by themselves. */
const fewMax = 5;

function listOf(slots: readonly Slot[]): string {
  return slots.map((slot) => `${numberText(slot.value ?? 0)} (${dayText(slot.atMs)})`).join(', ');
}

function minimumOf(alarm: MetricAlarm, value: StateValue): string {
  const least = leastDatapoints(alarm, value);
  const transition = value === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  return `(minimum ${least} datapoint${least === 1 ? '' : 's'} for ${transition} transition)`;
}

/** With the bounds of a band that held for `slots`, where there are any. */
function comparedWith({ comparison, threshold }: MetricAlarm, value: StateValue, slots?: readonly Slot[]): string {
  const not = value === 'ALARM' ? '' : 'not ';
  if (!isOfBand(comparison)) {
    return `${not}${comparisonWords(comparison)} the threshold (${numberText(threshold ?? 0)})`;
  }
  const listed = (bound: 'lower' | 'upper') => (slots === undefined ? '' : ` [${boundsOf(slots, bound)}]`);
  const sides = sidesOf(comparison).map((side) => {
    const words = side === 'lower' ? 'less than the lower' : 'greater than the upper';
    return `${not}${words} thresholds${listed(side)}`;
  });
  return sides.join(' or ');
}

function newestOf({ comparison }: MetricAlarm, value: StateValue, slots: readonly Slot[]): string {
  const list = `[${listOf(slots)}]`;
  if (isOfBand(comparison)) {
    const sides = sidesOf(comparison).map((side) => `${side} thresholds [${boundsOf(slots, side)}]`);
    return `Recent datapoints ${list} ${value === 'ALARM' ? 'crossed' : 'did not cross'} the ${sides.join(' or ')}`;
  }
  return `The most recent datapoints${value === 'ALARM' ? ' which crossed the threshold' : ''}: ${list}`;
}

function sidesOf(comparison: MetricAlarm['comparison']): readonly ('lower' | 'upper')[] {
  if (comparison === 'LessThanLowerThreshold') return ['lower'];
  return comparison === 'GreaterThanUpperThreshold' ? ['upper'] : ['lower', 'upper'];
}

function boundsOf(slots: readonly Slot[], bound: 'lower' | 'upper'): string {
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
