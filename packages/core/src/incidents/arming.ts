import type { AlarmEvent } from './alarm-event.ts';
import type { AlarmContext } from './change.ts';
import type { AlarmItem } from './items.ts';

/** An alarm that was made or changed by a deployment and has not been OK since tells nobody for so long, in milliseconds. */
export const armingMs = 15 * 60_000;
/** So long after the end of a period its data may come. Milliseconds. */
const lateMs = 5 * 60_000;

/**
 * Until when an alarm tells nobody that a deployment has made or changed, and that has not turned off since; undefined for any other. One that was made
 * looks at a past without data, for as long as it looks back.
 */
export function unarmedUntil(
  before: AlarmItem,
  event: AlarmEvent,
  { alarm, configuredMs }: AlarmContext,
): number | undefined {
  const { previous, previousMs, transitionMs } = event;
  const isNew = previous === 'INSUFFICIENT_DATA';
  // Without knowing when it was changed: it has been there for as long as it has had its state before.
  const sinceMs = configuredMs ?? (isNew && !before.Armed ? previousMs : undefined);
  if (sinceMs === undefined || previous === 'ALARM') return undefined;
  // Off by what it was before it was changed.
  const wasOff = previous === 'OK' && (previousMs === undefined || previousMs >= sinceMs);
  const untilMs = sinceMs + (isNew ? Math.max(armingMs, (alarm.looksBackMs ?? 0) + lateMs) : armingMs);
  return !wasOff && transitionMs < untilMs ? untilMs : undefined;
}
