import { alarmChanged } from '@tidemark/core/incidents/alarm-changed';
import type { AlarmEvent } from '@tidemark/core/incidents/alarm-event';
import { changeAlarm } from './change-alarm.ts';
import type { Step } from './step.ts';

/**
 * How long to wait for CloudWatch, and for how long this instance does not ask it again that did not get an answer, in milliseconds: of many alarms at once
 * CloudWatch describes nine in a second, and what is to be told does not wait for the others.
 */
const waitMsMax = 1_500;
const unaskedMs = 60_000;
let askFromMs = 0;

/** What became of a transition. */
export interface IntakeAnswer {
  readonly alarm: string;
  /** The incident that the alarm has now. Absent: none, or the alarm is not one of the stage's. */
  readonly incident?: string;
}

/** A transition of an alarm, however often it is delivered. */
export async function intake(step: Step<AlarmEvent>): Promise<IntakeAnswer> {
  const { call: event, stage } = step;
  const alarm = stage.alarm(event.alarm);
  // Somebody else's whose name begins like ours, or one that was deployed away.
  if (alarm === undefined) return { alarm: event.alarm };
  const { incident } = await changeAlarm(
    step,
    alarm,
    (known, context) => alarmChanged(known, event, context),
    await configuredMs(step),
  );
  return { alarm: event.alarm, ...(incident === undefined ? {} : { incident: incident.incident }) };
}

/** Asked only where it decides: of an alarm that turns on without having been on. */
async function configuredMs(step: Step<AlarmEvent>): Promise<number | undefined> {
  const { call: event, cloudwatch, nowMs, signal, warn } = step;
  if (event.state !== 'ALARM' || event.previous === 'ALARM' || nowMs < askFromMs) return undefined;
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(waitMsMax)]);
    const [alarm] = await cloudwatch.anyAlarms([event.alarm], inTime);
    return alarm?.AlarmConfigurationUpdatedTimestamp?.getTime();
  } catch (error) {
    if (signal.aborted) throw error;
    askFromMs = nowMs + unaskedMs;
    // An alarm that is lost is worse than one too many.
    warn('not known when the alarm was changed last', error);
    return undefined;
  }
}
