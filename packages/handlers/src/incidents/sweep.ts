import { controlItems } from '@tidemark/core/control/keys';
import type { KnownAlarm } from '@tidemark/core/incidents/alarm-changed';
import { alarmChanged, firstAlarm, stillOn } from '@tidemark/core/incidents/alarm-changed';
import type { AlarmChange, AlarmContext } from '@tidemark/core/incidents/change';
import type { AlarmItem } from '@tidemark/core/incidents/items';
import { stagePartition } from '@tidemark/core/incidents/items';
import { missedTransition, type SeenAlarm } from '@tidemark/core/incidents/missed-transition';
import { isAbandoned } from '@tidemark/core/incidents/outbox';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import type { SweepAnswer, SweepCall } from '@tidemark/core/incidents/steps';
import { inParallel } from '../parallel.ts';
import { changeAlarm } from './change-alarm.ts';
import { withoutKeys } from './incident-table.ts';
import { seenAlarms } from './seen-alarms.ts';
import type { Step } from './step.ts';
import { sweepOne } from './sweep-incident.ts';

const alarmsInParallel = 16;
const pageItems = 1000;

/** What is said of the sweep, while it goes on. */
interface Found {
  readonly started: string[];
  readonly woken: string[];
  readonly opened: string[];
  readonly missed: string[];
  readonly errors: unknown[];
}

/**
 * Every five minutes: what others have left undone. An alarm whose event was lost is taken in as CloudWatch has it, an incident whose execution was stopped
 * gets another, one whose wait was ended in vain is woken, one that is held no longer goes on, an alarm that is still on long after its incident was resolved
 * gets a new one. One that fails keeps no other waiting; at last it throws.
 */
export async function sweep(step: Step<SweepCall>): Promise<SweepAnswer> {
  const { stage, outbox, executions, signal, nowMs, warn } = step;
  const abandoned = (await outbox.entries()).filter((entry) => isAbandoned(entry, nowMs));
  await outbox.delete(abandoned);
  const found: Found = { started: [], woken: [], opened: [], missed: [], errors: [] };
  const tried = async <Result>(work: () => Promise<Result>, otherwise: Result, without: string): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      warn(without, error);
      found.errors.push(error);
      return otherwise;
    }
  };
  const sources = new Set([stagePartition, ...stage.deployment.alarms.map(({ source }) => source)]);
  const stored = (await inParallel([...sources], (source) => alarmsOf(step, source))).flat();
  const seen = await tried(() => seenAlarms(step), undefined, 'swept without CloudWatch');
  const running = await executions.running(signal);
  const sweepEach = (alarm: StoredAlarm) =>
    tried(() => sweepAlarm(step, alarm, { seen, running }, found), undefined, 'an alarm was not swept');
  await inParallel([...stored, ...unheardOf(step, stored)], sweepEach, alarmsInParallel);
  const { errors, ...answer } = found;
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} alarms could not be swept`);
  return { alarms: stored.length, ...answer };
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

/** Alarms of which no event was ever taken in. */
function unheardOf({ stage }: Step<SweepCall>, stored: readonly StoredAlarm[]): StoredAlarm[] {
  const known = new Set(stored.map(({ alarm }) => alarm));
  return stage.deployment.alarms.flatMap(({ source, alarm }) =>
    known.has(alarm) ? [] : [{ source, alarm, item: firstAlarm }],
  );
}

/** How things stand, as services say. */
interface Standing {
  /** Undefined where CloudWatch did not say. */
  readonly seen: ReadonlyMap<string, SeenAlarm> | undefined;
  readonly running: ReadonlySet<string>;
}

async function sweepAlarm(
  step: Step<SweepCall>,
  { source, alarm, item }: StoredAlarm,
  { seen, running }: Standing,
  found: Found,
): Promise<void> {
  const deployed = step.stage.alarm(alarm);
  if (deployed !== undefined) {
    await takeInMissed(step, deployed, item, seen?.get(alarm), found);
    // One that was taken away and deployed again is not on because it was.
    const isOn = seen === undefined || seen.get(alarm)?.state === 'ALARM';
    if (item.State === 'ALARM' && isOn) {
      const { incident, effects } = await changeAlarm(step, deployed, stillOn);
      if (effects.length > 0 && incident !== undefined) found.opened.push(incident.incident);
    }
  }
  for (const incident of [item.Incident, ...(item.Earlier ?? [])]) {
    if (incident === undefined) continue;
    const { isStarted, isWoken } = await sweepOne(step, source, incident, running);
    if (isStarted) found.started.push(incident);
    if (isWoken) found.woken.push(incident);
  }
}

/** `item` is the alarm's as it was read before, to ask nothing of those that nothing was missed of. */
async function takeInMissed(
  step: Step<SweepCall>,
  alarm: DeployedAlarm,
  item: AlarmItem,
  seen: SeenAlarm | undefined,
  { missed }: Found,
): Promise<void> {
  const { nowMs } = step;
  if (seen === undefined || missedTransition(item, seen, nowMs) === undefined) return;
  const takeIn = (known: KnownAlarm, context: AlarmContext): AlarmChange => {
    const event = missedTransition(known.item, seen, nowMs);
    return event === undefined ? { alarm: known.item, effects: [] } : alarmChanged(known, event, context);
  };
  const { alarm: next } = await changeAlarm(step, alarm, takeIn, seen.configuredMs);
  if (next.TransitionMs === seen.sinceMs) missed.push(alarm.alarm);
}
