import { controlItems } from '@tidemark/core/control/keys';
import { stillOn } from '@tidemark/core/incidents/alarm-changed';
import type { IncidentChange } from '@tidemark/core/incidents/change';
import { isOver } from '@tidemark/core/incidents/incident';
import { executionName } from '@tidemark/core/incidents/incident-id';
import type { AlarmItem } from '@tidemark/core/incidents/items';
import { stagePartition } from '@tidemark/core/incidents/items';
import { isAbandoned } from '@tidemark/core/incidents/outbox';
import type { SweepAnswer, SweepCall } from '@tidemark/core/incidents/steps';
import { sweepIncident } from '@tidemark/core/incidents/waiting';
import { inParallel } from '../parallel.ts';
import { changeAlarm } from './change-alarm.ts';
import { incidentWrites, withoutKeys } from './incident-table.ts';
import { withoutAlarm } from './removed-alarm.ts';
import { perform, type Step } from './step.ts';

const alarmsInParallel = 16;
const pageItems = 1000;

/** Incidents that this instance has found over: they stay so, and need not be read again. */
const over = new Set<string>();
const overMax = 20_000;

/** What is said of the sweep, while it goes on. */
interface Found {
  readonly started: string[];
  readonly woken: string[];
  readonly opened: string[];
  readonly errors: unknown[];
}

/**
 * Every five minutes: what others have left undone. An incident whose execution was stopped gets another, one whose wait was ended in vain is woken, one that
 * nothing holds any more goes on, an alarm that is still on long after its incident was resolved gets a new one. One that fails keeps no other waiting; at last it
 * throws.
 */
export async function sweep(step: Step<SweepCall>): Promise<SweepAnswer> {
  const { stage, outbox, executions, signal, nowMs, warn } = step;
  const abandoned = (await outbox.entries()).filter((entry) => isAbandoned(entry, nowMs));
  await outbox.delete(abandoned);
  const sources = new Set([stagePartition, ...stage.deployment.alarms.map(({ source }) => source)]);
  const alarms = (await inParallel([...sources], (source) => alarmsOf(step, source))).flat();
  const running = await executions.running(signal);
  const found: Found = { started: [], woken: [], opened: [], errors: [] };
  await inParallel(
    alarms,
    async (alarm) => {
      try {
        await sweepAlarm(step, alarm, running, found);
      } catch (error) {
        warn('an alarm was not swept', error);
        found.errors.push(error);
      }
    },
    alarmsInParallel,
  );
  const { errors, ...answer } = found;
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} alarms could not be swept`);
  return { alarms: alarms.length, ...answer };
}

interface StoredAlarm {
  readonly source: string;
  readonly alarm: string;
  readonly item: AlarmItem;
}

async function alarmsOf({ dynamodb, environment, signal }: Step<SweepCall>, source: string): Promise<StoredAlarm[]> {
  const prefix = controlItems.alarmPrefix;
  const query = {
    ...{ table: environment.CONTROL_TABLE, pageItems },
    partition: { name: 'Source', value: source },
    sort: { name: 'Item', low: prefix, high: `${prefix}~` },
  };
  const alarms: StoredAlarm[] = [];
  for await (const page of dynamodb.pages(query, signal)) {
    for (const item of page) {
      alarms.push({ source, alarm: String(item.Item).slice(prefix.length), item: withoutKeys<AlarmItem>(item) });
    }
  }
  return alarms;
}

async function sweepAlarm(
  step: Step<SweepCall>,
  { source, alarm, item }: StoredAlarm,
  running: ReadonlySet<string>,
  found: Found,
): Promise<void> {
  const deployed = step.stage.alarm(alarm);
  if (deployed !== undefined && item.State === 'ALARM') {
    const { incident, effects } = await changeAlarm(step, deployed, stillOn);
    if (effects.length > 0 && incident !== undefined) found.opened.push(incident.incident);
  }
  for (const incident of [item.Incident, ...(item.Earlier ?? [])]) {
    if (incident !== undefined && !over.has(incident)) await sweepOne(step, source, incident, running, found);
  }
}

async function sweepOne(
  step: Step<SweepCall>,
  source: string,
  incident: string,
  running: ReadonlySet<string>,
  { started, woken }: Found,
): Promise<void> {
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
    const known = withoutAlarm(stage, read, nowMs);
    const hold = await holds.of(stage.alarmOf(read));
    const change = sweepIncident(source, incident, known.item, state, nowMs, hold);
    const effects = [...known.effects, ...change.effects];
    return { writes: incidentWrites(source, incident, read, change.item), result: { effects } };
  });
  await perform(step, effects);
  if (effects.some(({ kind }) => kind === 'start-execution')) started.push(incident);
  if (effects.some(({ kind }) => kind === 'wake')) woken.push(incident);
}
