import { validationError } from '../failures.ts';
import type { Alarm, AlarmState, CompositeAlarm } from './alarm.ts';
import { childrenOf, holds } from './alarm-rule.ts';
import { longText, stampText } from './text.ts';
import type { Transition } from './transition.ts';

/** Why a composite alarm is looked at: it was put, or one of its children changed. */
export type CompositeCause = 'created' | 'updated' | Transition;

/** Any alarm, by its name, with its present state. */
export type AlarmLookup = (name: string) => { readonly alarm: Alarm; readonly state: AlarmState } | undefined;

/** The state that its rule puts the alarm into. Undefined where it depends on itself: CloudWatch does not evaluate such a rule. */
export function evaluateComposite(
  alarm: CompositeAlarm,
  cause: CompositeCause,
  lookup: AlarmLookup,
): Pick<AlarmState, 'value' | 'reason' | 'reasonData'> | undefined {
  if (isInCircle(alarm.name, alarm, lookup)) return undefined;
  const value = holds(alarm.rule, (child) => lookup(child)?.state.value) ? 'ALARM' : 'OK';
  if (typeof cause === 'string') {
    const reason = `${alarm.arn} was ${cause} and its alarm rule evaluates to ${value}`;
    return { value, reason, reasonData: triggering(childrenOf(alarm.rule), lookup) };
  }
  const { arn, name } = cause.alarm;
  const reason = `${arn} transitioned to ${cause.state.value} at ${longText(cause.state.atMs)}`;
  return { value, reason, reasonData: triggering([name], lookup) };
}

/** Throws where its rule names alarms that are not there. */
export function assertChildren(alarm: CompositeAlarm, lookup: AlarmLookup): void {
  const missing = childrenOf(alarm.rule).filter((name) => lookup(name) === undefined);
  if (missing.length === 0) return;
  throw validationError(
    `Could not save the composite alarm as alarms [${missing.join(', ')}] in the alarm rule do not exist`,
  );
}

function triggering(names: readonly string[], lookup: AlarmLookup): string {
  const triggeringAlarms = names.flatMap((name) => {
    const child = lookup(name);
    if (child === undefined) return [];
    const { value, atMs } = child.state;
    return [{ arn: child.alarm.arn, state: { value, timestamp: stampText(atMs) } }];
  });
  return JSON.stringify({ triggeringAlarms });
}

function isInCircle(name: string, of: CompositeAlarm, lookup: AlarmLookup, seen = new Set<string>()): boolean {
  return childrenOf(of.rule).some((child) => {
    if (child === name) return true;
    const alarm = lookup(child)?.alarm;
    if (alarm?.kind !== 'composite' || seen.has(child)) return false;
    return isInCircle(name, alarm, lookup, seen.add(child));
  });
}
