import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { Engine } from '@tidemark/local/engine';

/** What an alarm of a storm is called. */
export function stormAlarm(stack: string, number: number): string {
  return `${stack}-web-storm ${number}`;
}

/** Lets a cloud assembly know of so many more alarms, as if its configuration had them: CloudWatch would, but a stack has no room for them. */
export async function addAlarms(assembly: string, count: number): Promise<void> {
  for (const folder of (await readdir(assembly)).filter((name) => name.startsWith('asset.'))) {
    const file = join(assembly, folder, 'incidents.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const deployment: IncidentsDeployment = JSON.parse(text);
    const more = Array.from({ length: count }, (_, number): DeployedAlarm => {
      const names = { alarm: stormAlarm(deployment.stack, number), source: 'web', name: `storm ${number}` };
      return {
        ...names,
        severity: 'high',
        summary: `series ${number} below 5 in 1 min`,
        runbook: 'alarm-a-series-is-below-its-threshold',
      };
    });
    await writeFile(file, JSON.stringify({ ...deployment, alarms: [...deployment.alarms, ...more] }));
  }
}

/** Lets CloudWatch have as many alarms, which are off, each like the one of that name. */
export function putAlarms({ alarms, stackName }: Engine, count: number, like: string): void {
  const known = alarms.get(like)?.alarm;
  if (known === undefined) throw new Error(`no alarm ${like}`);
  for (let number = 0; number < count; number += 1) {
    const name = stormAlarm(stackName, number);
    alarms.put({ ...known, name, arn: known.arn.replace(like, name) });
  }
}

/** All of them go into a state, one after the other at once. */
export function turnAll({ alarms, stackName }: Engine, count: number, value: 'ALARM' | 'OK'): void {
  for (let number = 0; number < count; number += 1) {
    alarms.setState(stormAlarm(stackName, number), { value, reason: 'Threshold Crossed', reasonData: undefined });
  }
}

/** Of each incident of a storm what it should have come to, or why not. */
export function stormDifferences(items: readonly IncidentItem[], count: number, contacts: readonly string[]): string[] {
  const alarms = new Map<string, number>();
  for (const { Alarm } of items) alarms.set(Alarm, (alarms.get(Alarm) ?? 0) + 1);
  return [
    ...(alarms.size === count ? [] : [`${alarms.size} alarms have incidents in place of ${count}`]),
    ...[...alarms].flatMap(([alarm, times]) => (times === 1 ? [] : [`${alarm} has ${times} incidents`])),
    ...items.flatMap(({ Alarm, Status, Log, Told }) => {
      const missing = (kind: string) =>
        contacts.filter((contact) => !Log.some(({ Kind, Contact }) => Kind === kind && Contact === contact));
      return [
        ...(Status === 'recovered' ? [] : [`${Alarm} is ${Status}`]),
        ...(Told.length === contacts.length ? [] : [`${Alarm} was told to ${Told.join(', ')}`]),
        ...[...missing('told'), ...missing('end-told')].map((contact) => `${Alarm} was not told to ${contact}`),
      ];
    }),
  ];
}
