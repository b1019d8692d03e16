import type { AlarmEvent, AlarmState } from './alarm-event.ts';
import { detailsOf } from './alarm-event.ts';
import type { AlarmItem } from './items.ts';

/** So long it is left to the event of a transition to come. Milliseconds. */
const eventMsMax = 60_000;

/** An alarm as CloudWatch has it. Times in milliseconds since the epoch. */
export interface SeenAlarm {
  /** Its name in CloudWatch. */
  readonly alarm: string;
  readonly state: AlarmState;
  /** When it went into that state. */
  readonly sinceMs: number;
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string;
  /** When it was changed last. */
  readonly configuredMs?: number;
}

/**
 * The transition of an alarm whose event nobody has taken in: it was lost, or was given up, or came when there was no rule yet that takes it. Undefined where
 * there is none, and for as long as it may still come.
 */
export function missedTransition(item: AlarmItem, seen: SeenAlarm, nowMs: number): AlarmEvent | undefined {
  const { alarm, state, sinceMs, reason, reasonData } = seen;
  // What was never off needs no incident that ends.
  const isFirst = item.Version === 0 && state !== 'ALARM';
  if (isFirst || sinceMs <= item.TransitionMs || nowMs < sinceMs + eventMsMax) return undefined;
  // Of what was the same before, what was in between was lost as well.
  const previous = item.State === state ? 'OK' : item.State;
  const known = item.Version === 0 ? {} : { previousMs: item.TransitionMs };
  return { alarm, state, transitionMs: sinceMs, previous, ...known, reason, ...detailsOf(reason, reasonData) };
}
