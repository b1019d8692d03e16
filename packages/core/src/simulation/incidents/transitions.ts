import type { Random } from '../../generate/random.ts';
import type { AlarmState } from '../../incidents/alarm-event.ts';
import type { DeployedAlarm } from '../../incidents/settings.ts';
import { minuteMs, startMs } from './moments.ts';

/** How late an event comes at most, unless it comes again. */
export const deliveryMsMax = 45_000;

/** CloudWatch evaluates an alarm every ten seconds at most. */
const evaluationMs = 10_000;

/** What one alarm really does. */
export interface TrueTransition {
  readonly atMs: number;
  readonly state: AlarmState;
  readonly previous: AlarmState;
  readonly previousMs: number;
}

export interface Delivery {
  readonly alarm: DeployedAlarm;
  readonly transition: TrueTransition;
  readonly atMs: number;
}

/** Off, on, off, at times without data; in the end on until `offMs`, or off. */
export function transitionsOf(calmMs: number, offMs: number, random: Random): TrueTransition[] {
  const found: TrueTransition[] = [];
  let previous: AlarmState = 'INSUFFICIENT_DATA';
  let previousMs = startMs - 60 * minuteMs;
  const go = (state: AlarmState, atMs: number) => {
    if (state === previous) return;
    found.push({ atMs, state, previous, previousMs });
    [previous, previousMs] = [state, atMs];
  };
  let atMs = startMs;
  for (;;) {
    // Minutes, or what is shorter than the delivery of an event.
    const afterMs = random.fraction() < 0.2 ? evaluationMs + random.integer(30_000) : random.integer(20 * minuteMs);
    atMs += Math.max(evaluationMs, afterMs);
    if (atMs >= calmMs - evaluationMs) break;
    go(random.pick(['ALARM', 'ALARM', 'OK', 'OK', 'INSUFFICIENT_DATA'] as const), atMs);
  }
  if (random.fraction() < 0.8) go('ALARM', calmMs);
  go('OK', offMs);
  return found;
}

/** Mostly once, now and then again, or again much later; of a faulty schedule also much later alone, or never. */
export function deliveriesOf(
  alarm: DeployedAlarm,
  transition: TrueTransition,
  isFaulty: boolean,
  random: Random,
): Delivery[] {
  const first = random.fraction() < 0.3 ? 0 : random.integer(deliveryMsMax);
  const times = isFaulty && random.fraction() < 0.1 ? [] : [first];
  if (times.length > 0 && random.fraction() < 0.4) {
    times.push(random.fraction() < 0.5 ? first : random.integer(deliveryMsMax));
  }
  if (random.fraction() < 0.15) times.push(random.integer(50 * minuteMs));
  return times.map((afterMs) => ({ alarm, transition, atMs: transition.atMs + afterMs }));
}
