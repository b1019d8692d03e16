import type { KnownAlarm } from '@tidemark/core/incidents/alarm-changed';
import type { AlarmChange, AlarmContext } from '@tidemark/core/incidents/change';
import { alarmKey } from '@tidemark/core/incidents/items';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import type { Write } from '../aws/dynamodb-transactions.ts';
import { incidentWrites } from './incident-table.ts';
import { type Invocation, perform } from './step.ts';

/**
 * Reads an alarm and its incident, changes and writes both at once, again where somebody else was faster, and does what follows.
 * `configuredMs`: when the alarm was changed last, where that matters.
 */
export async function changeAlarm(
  invocation: Invocation,
  alarm: DeployedAlarm,
  change: (known: KnownAlarm, context: AlarmContext) => AlarmChange,
  configuredMs?: number,
): Promise<AlarmChange> {
  const { table, stage, holds, nowMs } = invocation;
  const { source } = alarm;
  const { joinWithinMs, raiseAgainAfterMs } = stage.deployment.escalation;
  const changed = await table.untilWritten(async () => {
    const known = await knownAlarm(invocation, alarm);
    const hold = await holds.of(alarm);
    const result = change(known, {
      ...{ alarm, joinWithinMs, raiseAgainAfterMs, nowMs },
      ...(hold === undefined ? {} : { hold }),
      ...(configuredMs === undefined ? {} : { configuredMs }),
    });
    const writes: Write[] = [];
    if (result.alarm !== known.item) {
      const key = alarmKey(source, alarm.alarm);
      writes.push({ kind: 'put', key, item: { ...result.alarm }, readVersion: known.item.Version });
    }
    if (result.incident !== undefined) {
      const { incident, item } = result.incident;
      const read = known.incident?.incident === incident ? known.incident.item : undefined;
      writes.push(...incidentWrites(source, incident, read, item));
    }
    return { writes, result };
  });
  await perform(invocation, changed.effects);
  return changed;
}

async function knownAlarm({ table }: Invocation, { source, alarm }: DeployedAlarm): Promise<KnownAlarm> {
  const item = await table.alarm(source, alarm);
  const { Incident: incident } = item;
  const found = incident === undefined ? undefined : await table.incident(source, incident);
  return incident === undefined || found === undefined
    ? { item }
    : { item, incident: { source, incident, item: found } };
}
