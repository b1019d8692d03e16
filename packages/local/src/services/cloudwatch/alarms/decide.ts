import type { MissingDataTreatment, StateValue } from './alarm.ts';

/** One period of an alarm's evaluation range. */
export interface Slot {
  /** The start of the period. */
  readonly atMs: number;
  /** Undefined where no datapoint is. */
  readonly value: number | undefined;
  readonly sampleCount?: number;
  /** Of the band, where one is the threshold. */
  readonly lower?: number;
  readonly upper?: number;
}

export interface DecisionRules {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingDataTreatment;
  readonly isBreaching: (slot: Slot) => boolean;
}

export interface Decision {
  /** `unchanged`: the alarm stays as it is. */
  readonly value: StateValue | 'unchanged';
  /** The datapoints that counted, the newest first; as many as evaluation periods, or fewer where some had to be filled in. */
  readonly datapoints: readonly Slot[];
  /** The newest periods without a datapoint, in whose place missing data were treated as the alarm says. */
  readonly filled: readonly Slot[];
}

/** More periods are looked at than the alarm evaluates; AWS says so, and names two more in its example. */
const extraPeriods = 2;

export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + extraPeriods;
}

/**
 * The state that the slots of an evaluation range, the newest first, put an alarm into. Where there are as many datapoints
 * as evaluation periods, missing data do not count; else the setting fills in those that lack, and no more.
 */
export function decide(slots: readonly Slot[], rules: DecisionRules): Decision {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData, isBreaching } = rules;
  const datapoints = slots.filter(({ value }) => value !== undefined).slice(0, evaluationPeriods);
  const missing = slots.filter(({ value }) => value === undefined);
  const filled = missing.slice(0, evaluationPeriods - datapoints.length);
  const breaching = datapoints.filter(isBreaching).length;
  const made = (value: Decision['value']): Decision => ({ value, datapoints, filled });
  if (breaching >= datapointsToAlarm) return made('ALARM');
  if (filled.length === 0 || treatMissingData === 'notBreaching') return made('OK');
  if (treatMissingData === 'breaching') return made(breaching + filled.length >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (breaching < datapoints.length) return made('OK');
  if (treatMissingData === 'ignore') return made('unchanged');
  // All that there is is breaching, but too little. Once the oldest is as old as the datapoints that are needed, the alarm
  // no longer waits for the next one, which may be different.
  const oldest = slots.findLastIndex(({ value }) => value !== undefined);
  return made(oldest + 1 >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA');
}
