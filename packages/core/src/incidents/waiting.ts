import type { Hold, IncidentChange } from './change.ts';
import { laterHold, unarmed } from './hold.ts';
import { changed, endOfWait, isOver, startOf, wakeOf } from './incident.ts';
import type { IncidentItem } from './items.ts';

/**
 * The token by which a wait can be ended. Where the wait was ended before, or another has begun, the answer is to wake it at once:
 * nobody else will.
 */
export function putToken(item: IncidentItem, step: number, token: string): IncidentChange {
  if (item.Step !== step || item.UntilMs === undefined) return { item, effects: [{ kind: 'wake', token }] };
  return { item: item.Token === token ? item : changed(item, { Token: token }), effects: [] };
}

/** What is known of the newest execution of an incident. */
export type ExecutionState = 'running' | 'stopped' | 'absent';

/**
 * What the sweep does about an incident: one whose execution has stopped before its time gets another, one that was woken in vain is woken again, one that
 * is held for less long than it waits goes on.
 */
export function sweepIncident(
  source: string,
  incident: string,
  item: IncidentItem,
  execution: ExecutionState,
  nowMs: number,
  hold?: Hold,
): IncidentChange {
  if (isOver(item)) return { item, effects: [] };
  if (execution === 'absent') return { item, effects: [startOf(source, incident, item)] };
  if (execution === 'stopped') return succession(source, incident, item);
  const heldUntilMs = laterHold(hold, unarmed(item), nowMs)?.untilMs ?? nowMs;
  const isFree = item.Status === 'held' && item.UntilMs !== undefined && heldUntilMs < item.UntilMs;
  const next = isFree ? changed(item, endOfWait(item)) : item;
  return { item: next, effects: wakeOf(next) };
}

/** Another execution goes on with the incident. */
export function succession(source: string, incident: string, item: IncidentItem): IncidentChange {
  const next = changed(item, { Executions: item.Executions + 1, Token: undefined, UntilMs: undefined });
  return { item: next, effects: [startOf(source, incident, next)] };
}
