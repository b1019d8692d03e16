import type { Clock } from '../../../clock.ts';
import { textOf } from '../../../wire/input.ts';
import type { Input, Operation, Output } from '../../../wire/rpc.ts';
import { assertMembers } from '../assert-members.ts';
import { invalidFormat, invalidParameter, missingParameter, validationError } from '../failures.ts';
import { isStateValue, stateValues } from './alarm.ts';
import { type AlarmPlace, readAlarmName } from './alarm-input.ts';
import type { Alarms } from './alarms.ts';
import { describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts';
import { describeAlarmHistory } from './describe-history.ts';
import { readCompositeAlarm } from './read-composite-alarm.ts';
import { readMetricAlarm } from './read-metric-alarm.ts';
import type { AlarmStore } from './store.ts';

export interface AlarmOperationsOptions extends AlarmPlace {
  readonly alarms: Alarms;
  readonly store: AlarmStore;
  readonly clock: Clock;
}

const namesMax = 100;
const reasonCharactersMax = 1_023;
const reasonDataCharactersMax = 4_000;

/** CloudWatch's operations on alarms. */
export function alarmOperations(options: AlarmOperationsOptions): Readonly<Record<string, Operation>> {
  const { alarms, store, clock } = options;
  const done = (work: () => void): Output => {
    work();
    return undefined;
  };
  return {
    PutMetricAlarm: (input) => done(() => alarms.put(readMetricAlarm(input, options, clock.now()))),
    PutCompositeAlarm: (input) => done(() => alarms.put(readCompositeAlarm(input, options, clock.now()))),
    DescribeAlarms: (input) => describeAlarms(alarms, input),
    DescribeAlarmsForMetric: (input) => describeAlarmsForMetric(alarms, input),
    DescribeAlarmHistory: (input) => describeAlarmHistory(store, input),
    SetAlarmState: (input) => done(() => setAlarmState(alarms, input)),
    DeleteAlarms: (input) => done(() => deleteAlarms(alarms, input)),
    EnableAlarmActions: (input) => done(() => setActionsEnabled(alarms, input, 'EnableAlarmActions', true)),
    DisableAlarmActions: (input) => done(() => setActionsEnabled(alarms, input, 'DisableAlarmActions', false)),
  };
}

function setAlarmState(alarms: Alarms, input: Input): void {
  assertMembers(input, 'SetAlarmState', ['AlarmName', 'StateValue', 'StateReason', 'StateReasonData']);
  const { StateValue: value } = input;
  const reason = textOf(input, 'StateReason');
  const reasonData = textOf(input, 'StateReasonData');
  if (!isStateValue(value))
    throw invalidParameter(`The parameter StateValue must be one of ${stateValues.join(', ')}.`);
  if (reason === undefined) throw missingParameter('The parameter StateReason is required.');
  if (reason.length > reasonCharactersMax) {
    throw validationError(`StateReason must not have more than ${reasonCharactersMax} characters`);
  }
  if ((reasonData ?? '').length > reasonDataCharactersMax) {
    throw validationError(`StateReasonData must not have more than ${reasonDataCharactersMax} characters`);
  }
  if (reasonData !== undefined && !isJson(reasonData)) {
    throw invalidFormat('StateReasonData was not syntactically valid JSON');
  }
  alarms.setState(readAlarmName(input), { value, reason, reasonData });
}

/** Names that no alarm has are passed over, the others are deleted. */
function deleteAlarms(alarms: Alarms, input: Input): void {
  const names = namesIn(input, 'DeleteAlarms').filter((name) => alarms.get(name) !== undefined);
  if (names.filter((name) => alarms.get(name)?.alarm.kind === 'composite').length > 1) {
    throw validationError('More than one composite alarm cannot be deleted in one call');
  }
  alarms.delete(names);
}

function setActionsEnabled(alarms: Alarms, input: Input, operation: string, isEnabled: boolean): void {
  for (const name of namesIn(input, operation)) alarms.setActionsEnabled(name, isEnabled);
}

function namesIn(input: Input, operation: string): readonly string[] {
  assertMembers(input, operation, ['AlarmNames']);
  const names = Array.isArray(input.AlarmNames) ? input.AlarmNames.map(String) : undefined;
  if (names === undefined) throw missingParameter('The parameter AlarmNames is required.');
  if (names.length > namesMax) throw validationError(`AlarmNames must not have more than ${namesMax} names`);
  return [...new Set(names)];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
