import { numberOf, textOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { assertMembers } from '../assert-members.ts';
import { alarmNotFound, validationError } from '../failures.ts';
import { readMetric } from '../metric-input.ts';
import type { Alarm } from './alarm.ts';
import { childrenOf } from './alarm-rule.ts';
import { kindsIn } from './alarm-types.ts';
import type { Alarms } from './alarms.ts';
import { describeAlarm } from './describe.ts';
import { readPage } from './page.ts';
import type { KeptAlarm } from './store.ts';

const usualAlarms = 50;
const describeMembers = [
  ...['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix'],
  ...['ChildrenOfAlarmName', 'ParentsOfAlarmName', 'MaxRecords', 'NextToken'],
];

export function describeAlarms(alarms: Alarms, input: Input): Output {
  assertMembers(input, 'DescribeAlarms', describeMembers);
  const found = related(alarms, input) ?? asked(alarms, input);
  const { offset, limit } = readPage(input, usualAlarms);
  const to = offset + limit;
  const items = found.slice(offset, to);
  const described = (kind: Alarm['kind']) =>
    items.filter(({ alarm }) => alarm.kind === kind).map(({ alarm, state }) => describeAlarm(alarm, state));
  return {
    MetricAlarms: described('metric'),
    CompositeAlarms: described('composite'),
    NextToken: to < found.length ? String(to) : undefined,
  };
}

/** Children or parents of an alarm; undefined where the call asks for neither. */
function related(alarms: Alarms, input: Input): readonly KeptAlarm[] | undefined {
  const childrenOfName = textOf(input, 'ChildrenOfAlarmName');
  const parentsOfName = textOf(input, 'ParentsOfAlarmName');
  const name = childrenOfName ?? parentsOfName;
  if (name === undefined) return undefined;
  const other = Object.keys(input).filter(
    (member) => !['MaxRecords', 'NextToken', 'Action', 'Version'].includes(member),
  );
  if (other.length > 1) throw validationError(`${other.join(' and ')} exclude each other`);
  const alarm = alarms.get(name)?.alarm;
  if (alarm === undefined) throw alarmNotFound();
  if (childrenOfName === undefined) return alarms.parentsOf(name);
  const children = alarm.kind === 'composite' ? childrenOf(alarm.rule) : [];
  return children.flatMap((child) => alarms.get(child) ?? []);
}

/** By name. Where the call has names, no other alarm is looked at: incidents ask so, each for its own. */
function asked(alarms: Alarms, input: Input): readonly KeptAlarm[] {
  const names = Array.isArray(input.AlarmNames) ? input.AlarmNames.map(String) : undefined;
  const prefix = textOf(input, 'AlarmNamePrefix');
  if (names !== undefined && prefix !== undefined) {
    throw validationError('AlarmNames and AlarmNamePrefix exclude each other');
  }
  const kinds = kindsIn(input);
  const actionPrefix = textOf(input, 'ActionPrefix');
  const stateValue = textOf(input, 'StateValue');
  const candidates =
    names === undefined ? alarms.list() : [...new Set(names)].sort().flatMap((name) => alarms.get(name) ?? []);
  return candidates.filter(
    ({ alarm, state }) =>
      kinds.includes(alarm.kind) &&
      alarm.name.startsWith(prefix ?? '') &&
      (stateValue === undefined || stateValue === state.value) &&
      (actionPrefix === undefined ||
        Object.values(alarm.actions).some((arns) => arns.some((arn) => arn.startsWith(actionPrefix)))),
  );
}

/** Those that watch the metric, by themselves or among others. */
export function describeAlarmsForMetric(alarms: Alarms, input: Input): Output {
  assertMembers(input, 'DescribeAlarmsForMetric', ['MetricName', 'Namespace', 'Dimensions', 'Statistic', 'Period']);
  const metric = JSON.stringify(readMetric(input));
  const statistic = textOf(input, 'Statistic');
  const periodSeconds = numberOf(input, 'Period');
  const found = alarms.list().filter(({ alarm }) => {
    if (alarm.kind !== 'metric') return false;
    return alarm.watched.queries.some(
      ({ stat }) =>
        stat !== undefined &&
        JSON.stringify(stat.metric) === metric &&
        (statistic === undefined || statistic === stat.statistic) &&
        (periodSeconds === undefined || periodSeconds * 1_000 === stat.periodMs),
    );
  });
  return { MetricAlarms: found.map(({ alarm, state }) => describeAlarm(alarm, state)) };
}
