import { resolve } from './answer.ts';
import type { IncidentChange } from './change.ts';
import type { IncidentItem } from './items.ts';

/** An incident whose alarm was deployed away is over: nothing else would ever say so. Unchanged where the alarm is there. */
export function withoutAlarm(item: IncidentItem, isDeployed: boolean, nowMs: number): IncidentChange {
  const known = { item, effects: [] };
  if (isDeployed) return known;
  const change = resolve(item, { by: 'a deployment', nowMs, reason: 'its alarm was removed' });
  return change.ok ? change : known;
}
