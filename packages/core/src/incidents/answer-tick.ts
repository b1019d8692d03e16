import type { Hold, TickChange } from './change.ts';
import { startOf } from './incident.ts';
import type { IncidentItem } from './items.ts';
import type { EscalationPlan } from './plan.ts';
import type { IncidentEffect, TickAnswer, TickCall } from './steps.ts';
import { loopsMax } from './steps.ts';
import { tick } from './tick.ts';
import { succession } from './waiting.ts';

export interface TickedIncident {
  readonly item: IncidentItem;
  readonly effects: readonly IncidentEffect[];
  readonly answer: TickAnswer;
}

/**
 * What an execution is answered that asks what is next. One that has asked often enough, or in whose place another was started, ends: an incident has one
 * execution at a time.
 */
export function answerTick(
  { source, incident, execution, loops }: Omit<TickCall, 'op'>,
  item: IncidentItem,
  plan: EscalationPlan,
  nowMs: number,
  hold?: Hold,
): TickedIncident {
  if (execution < item.Executions) {
    return { item, effects: [startOf(source, incident, item)], answer: { kind: 'succeeded' } };
  }
  const change = tick(item, plan, nowMs, hold);
  if (loops >= loopsMax && change.next.kind !== 'end') {
    return { ...succession(source, incident, item), answer: { kind: 'succeeded' } };
  }
  return { item: change.item, effects: change.effects, answer: answerOf(change, plan, nowMs) };
}

function answerOf({ item, next }: TickChange, { gatherMs }: EscalationPlan, nowMs: number): TickAnswer {
  if (next.kind === 'end') return { kind: 'end' };
  if (next.kind === 'wait') {
    return { kind: 'wait', step: next.step, seconds: Math.max(1, Math.ceil((next.untilMs - nowMs) / 1000)) };
  }
  // What flaps may be off again when others were waited for: nobody would ever hear of it.
  const isFlapping = item.Flaps > 0 && next.telling.Kind !== 'end';
  const gatherSeconds = isFlapping ? 1 : Math.ceil(gatherMs / 1000);
  return { kind: 'tell', telling: next.telling, gatherSeconds };
}
