import type { Alarm, AlarmState } from './alarm.ts';
import { describeAlarm } from './describe.ts';
import type { HistoryItem } from './store.ts';
import type { Transition } from './transition.ts';

/** An alarm was created, updated or deleted at `alarm.updatedMs`. */
export function configurationItem(alarm: Alarm, state: AlarmState, type: 'Create' | 'Update' | 'Delete'): HistoryItem {
  const done = { Create: 'created', Update: 'updated', Delete: 'deleted' }[type];
  return {
    ...{ alarmName: alarm.name, kind: alarm.kind, atMs: alarm.updatedMs, type: 'ConfigurationUpdate' },
    summary: `Alarm "${alarm.name}" ${done}`,
    data: JSON.stringify({ version: '1.0', type, [`${done}Alarm`]: uncapitalized(describeAlarm(alarm, state)) }),
  };
}

export function stateItem({ alarm, previous, state }: Transition): HistoryItem {
  return {
    ...{ alarmName: alarm.name, kind: alarm.kind, atMs: state.atMs, type: 'StateUpdate' },
    summary: `Alarm updated from ${previous.value} to ${state.value}`,
    data: JSON.stringify({ version: '1.0', oldState: stateData(previous), newState: stateData(state) }),
  };
}

/** What came of an action: undefined where it succeeded. */
export function actionItem({ alarm, state }: Transition, actionArn: string, failure: string | undefined): HistoryItem {
  const actionState = failure === undefined ? 'Succeeded' : 'Failed';
  return {
    ...{ alarmName: alarm.name, kind: alarm.kind, atMs: state.atMs, type: 'Action' },
    summary:
      failure === undefined
        ? `Successfully executed action ${actionArn}`
        : `Failed to execute action ${actionArn}. Received error: "${failure}"`,
    data: JSON.stringify({
      ...{ actionState, stateUpdateTimestamp: state.atMs, notificationResource: actionArn, error: failure },
    }),
  };
}

function stateData({ value, reason, reasonData }: AlarmState) {
  const stateReasonData: unknown = reasonData === undefined ? undefined : JSON.parse(reasonData);
  return { stateValue: value, stateReason: reason, stateReasonData };
}

function uncapitalized(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value]),
  );
}
