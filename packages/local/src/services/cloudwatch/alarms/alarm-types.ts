import type { Input } from '../../../wire/rpc.ts';
import { invalidParameter } from '../failures.ts';
import type { Alarm } from './alarm.ts';

const kinds: Readonly<Record<string, Alarm['kind']>> = { MetricAlarm: 'metric', CompositeAlarm: 'composite' };

/** Metric alarms, where the call does not say. */
export function kindsIn(input: Input): readonly Alarm['kind'][] {
  const types = Array.isArray(input.AlarmTypes) ? input.AlarmTypes.map(String) : ['MetricAlarm'];
  return types.map((type) => {
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (kind !== undefined) return kind;
    throw invalidParameter(
      `The local engine has no alarms of the type ${type}; it has ${Object.keys(kinds).join(', ')}.`,
    );
  });
}
