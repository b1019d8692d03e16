import type { DeployedAlarm } from '../../incidents/settings.ts';
import type { IncidentEffect } from '../../incidents/steps.ts';
import type { Going } from './processes.ts';
import type { Write } from './store.ts';
import type { World } from './world.ts';

export function* perform(world: World, effects: readonly IncidentEffect[]): Going {
  for (const effect of effects) {
    yield world.turn();
    if (effect.kind === 'start-execution') world.start(effect.name, effect.input);
    else if (world.rules.wakes) world.processes.wake(effect.token);
  }
}

/** Writes those that differ from what was read, all or none. */
export function put(
  world: World,
  changes: readonly { readonly key: string; readonly read: Write['item'] | undefined; readonly item: Write['item'] }[],
): boolean {
  const writes = changes
    .filter(({ read, item }) => read !== item)
    .map(({ key, read, item }) => ({ key, item, before: read?.Version ?? 0 }));
  return world.store.put(writes);
}

export function alarmKey({ alarm }: DeployedAlarm): string {
  return `ALARM#${alarm}`;
}

export function incidentKey(id: string): string {
  return `INCIDENT#${id}`;
}
