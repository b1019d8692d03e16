import type { IncidentChange } from '@tidemark/core/incidents/change';
import { isOver } from '@tidemark/core/incidents/incident';
import { executionName } from '@tidemark/core/incidents/incident-id';
import { withoutAlarm } from '@tidemark/core/incidents/removed-alarm';
import type { IncidentEffect, SweepCall } from '@tidemark/core/incidents/steps';
import { sweepIncident } from '@tidemark/core/incidents/waiting';
import { incidentWrites } from './incident-table.ts';
import { perform, type Step } from './step.ts';

/** Incidents that this instance has found over: they stay so, and need not be read again. */
const over = new Set<string>();
const overMax = 20_000;

/** What was done about an incident. */
export interface SweptIncident {
  readonly isStarted: boolean;
  readonly isWoken: boolean;
}

/** `running`: names of the executions that ran a moment ago. */
export async function sweepOne(
  step: Step<SweepCall>,
  source: string,
  incident: string,
  running: ReadonlySet<string>,
): Promise<SweptIncident> {
  if (over.has(incident)) return { isStarted: false, isWoken: false };
  const { stage, table, holds, executions, nowMs, signal } = step;
  const { effects } = await table.untilWritten<Pick<IncidentChange, 'effects'>>(async () => {
    const read = await table.incident(source, incident);
    if (read === undefined || isOver(read)) {
      if (over.size >= overMax) over.clear();
      over.add(incident);
      return { writes: [], result: { effects: [] } };
    }
    const name = executionName(incident, read.Executions);
    const state = running.has(name) ? 'running' : await executions.state(name, signal);
    const known = withoutAlarm(read, stage.alarm(read.Alarm) !== undefined, nowMs);
    const hold = await holds.of(stage.alarmOf(read));
    const change = sweepIncident(source, incident, known.item, state, nowMs, hold);
    const effects = [...known.effects, ...change.effects];
    return { writes: incidentWrites(source, incident, read, change.item), result: { effects } };
  });
  await perform(step, effects);
  const has = (kind: IncidentEffect['kind']) => effects.some((effect) => effect.kind === kind);
  return { isStarted: has('start-execution'), isWoken: has('wake') };
}
