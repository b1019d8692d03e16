import { resolve } from '@tidemark/core/incidents/answer';
import type { IncidentChange } from '@tidemark/core/incidents/change';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { KnownStage } from './deployment.ts';

/** An incident whose alarm was deployed away is over: nothing else would ever say so. Unchanged where the alarm is there. */
export function withoutAlarm(stage: KnownStage, item: IncidentItem, nowMs: number): IncidentChange {
  const known = { item, effects: [] };
  if (stage.alarm(item.Alarm) !== undefined) return known;
  const change = resolve(item, { by: 'a deployment', nowMs, reason: 'its alarm was removed' });
  return change.ok ? change : known;
}
