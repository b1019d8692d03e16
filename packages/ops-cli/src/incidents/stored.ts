import { controlItems } from '@tidemark/core/control/keys';
import { isEnded } from '@tidemark/core/incidents/incident';
import { isIncidentId } from '@tidemark/core/incidents/incident-id';
import type { AlarmItem, IncidentItem } from '@tidemark/core/incidents/items';
import { InvalidArgumentError } from 'commander';
import type { ControlItem, Tables } from '../aws/dynamodb.ts';
import { Failure, isDenied } from '../failure.ts';
import { mapInParallel } from '../parallel.ts';
import { commandOf, type Target } from '../target.ts';
import { controlTableOf, partitionsOf, partitionWord } from './partition.ts';

/** An incident and where it lies. */
export interface FoundIncident {
  readonly source: string;
  readonly incident: string;
  readonly item: IncidentItem;
}

const readsMax = 16;

/** The id of an incident, as an argument. */
export function parseIncident(text: string): string {
  if (isIncidentId(text)) return text;
  throw new InvalidArgumentError('Expected the id of an incident, such as 20261120T091000Z-0a1b2c3d.');
}

export async function readIncident(
  tables: Pick<Tables, 'controlItem'>,
  controlTable: string,
  source: string,
  incident: string,
): Promise<FoundIncident | undefined> {
  const item = await tables.controlItem(controlTable, source, controlItems.incident(incident));
  return item === undefined ? undefined : { source, incident, item: incidentOf(item) };
}

/**
 * Looks for an incident in the source that is named, or in all and the stage itself: those that the credentials may not read do not matter where another has
 * it. Throws a Failure where it is nowhere.
 */
export async function requireIncident(
  target: Target,
  tables: Tables,
  name: string | undefined,
  incident: string,
): Promise<FoundIncident> {
  const partitions = partitionsOf(target, name);
  const table = controlTableOf(target);
  const looks = await Promise.allSettled(partitions.map((source) => readIncident(tables, table, source, incident)));
  for (const look of looks) if (look.status === 'fulfilled' && look.value !== undefined) return look.value;
  for (const look of looks) if (look.status === 'rejected') throw look.reason;
  const where = name === undefined ? `stage ${target.stage}` : partitionWord(name);
  throw new Failure(
    `There is no incident ${incident} of ${where}. See which there are: ${commandOf(target)} incidents list --all`,
  );
}

/** The incidents that are not over, of whatever age, and those that began at or after `sinceMs`; in no order. */
export async function incidentsSince(
  target: Target,
  tables: Tables,
  name: string | undefined,
  sinceMs: number,
): Promise<FoundIncident[]> {
  const table = controlTableOf(target);
  const all = await Promise.all(
    partitionsOf(target, name).map(async (source) => {
      const recent = await recentIncidents(tables, table, source, sinceMs);
      const known = new Set(recent.map(({ incident }) => incident));
      return [...recent, ...(await openIncidents(tables, table, source, known))];
    }),
  );
  return all.flat();
}

/** The same of what the credentials may read, with the names of the partitions that they may not. Throws where they may read none. */
export async function readableIncidentsSince(
  target: Target,
  tables: Tables,
  name: string | undefined,
  sinceMs: number,
): Promise<{ readonly incidents: readonly FoundIncident[]; readonly unreadable: readonly string[] }> {
  const partitions = partitionsOf(target, name);
  const looks = await Promise.allSettled(
    partitions.map((partition) => incidentsSince(target, tables, partition, sinceMs)),
  );
  const failures = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason] : []));
  const fault = failures.length === looks.length ? failures[0] : failures.find((failure) => !isDenied(failure));
  if (fault !== undefined) throw fault;
  return {
    incidents: looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : [])),
    unreadable: partitions.filter((_, index) => looks[index]?.status === 'rejected'),
  };
}

async function recentIncidents(
  tables: Tables,
  table: string,
  source: string,
  sinceMs: number,
): Promise<FoundIncident[]> {
  const found: FoundIncident[] = [];
  for await (const items of tables.lastControlItems(table, source, controlItems.incidentPrefix)) {
    const page = items.map((item) => foundOf(source, item));
    found.push(...page.filter(({ item }) => item.OpenedMs >= sinceMs));
    // Ids ascend by the time of the alarm, to the second.
    if ((page.at(-1)?.item.OpenedMs ?? 0) < sinceMs) break;
  }
  return found;
}

/** Of each alarm the incident that it has, where it is not over: an older one than those is found by its alarm alone. */
async function openIncidents(
  tables: Tables,
  table: string,
  source: string,
  known: ReadonlySet<string>,
): Promise<FoundIncident[]> {
  const alarms = (await tables.controlItems(table, source, controlItems.alarmPrefix)) as unknown as AlarmItem[];
  const ids = alarms.flatMap(({ Incident }) => (Incident === undefined || known.has(Incident) ? [] : [Incident]));
  const found = await mapInParallel(ids, readsMax, (incident) => readIncident(tables, table, source, incident));
  return found.flatMap((each) => (each === undefined || isEnded(each.item) ? [] : [each]));
}

function foundOf(source: string, item: ControlItem): FoundIncident {
  return { source, incident: item.Item.slice(controlItems.incidentPrefix.length), item: incidentOf(item) };
}

/** What the function wrote is taken on trust. The partition is the incident's source, and named as such in the item. */
function incidentOf({ Item: _, ...item }: ControlItem): IncidentItem {
  return item as unknown as IncidentItem;
}
