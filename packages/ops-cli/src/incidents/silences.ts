import { controlItems } from '@tidemark/core/control/keys';
import { isIncidentId } from '@tidemark/core/incidents/incident-id';
import { type SilenceItem, silenceKey, stagePartition } from '@tidemark/core/incidents/items';
import { InvalidArgumentError } from 'commander';
import type { ControlItem, Tables } from '../aws/dynamodb.ts';
import { type Column, printable, renderInstant, renderTable, tableWidth, wrapped } from '../render.ts';

export interface StoredSilence {
  readonly id: string;
  readonly item: SilenceItem;
}

/** Every transition of an alarm reads all silences: those that were over for so long are deleted when another is set. Milliseconds. */
const keptMs = 30 * 86_400_000;

/** The id of a silence, as an argument: made as those of incidents are. */
export function parseSilence(text: string): string {
  if (isIncidentId(text)) return text;
  throw new InvalidArgumentError('Expected the id of a silence, such as 20261120T091500Z-0a1b2c3d.');
}

/** Every silence, also those that are over, by the time at which they were set. */
export async function readSilences(
  tables: Pick<Tables, 'controlItems'>,
  controlTable: string,
): Promise<StoredSilence[]> {
  const items = await tables.controlItems(controlTable, stagePartition, controlItems.silencePrefix);
  return items.map((item) => ({ id: item.Item.slice(controlItems.silencePrefix.length), item: silenceOf(item) }));
}

export async function putSilence(tables: Tables, controlTable: string, { id, item }: StoredSilence): Promise<void> {
  await tables.put(controlTable, { ...item, ...silenceKey(id) });
}

export async function deleteOldSilences(tables: Tables, controlTable: string, nowMs: number): Promise<void> {
  for (const { id, item } of await readSilences(tables, controlTable)) {
    const { Source, Item } = silenceKey(id);
    if (item.ToMs < nowMs - keptMs) await tables.delete(controlTable, Source, Item);
  }
}

const columnsOfList: readonly Column[] = [
  { title: 'silence' },
  { title: 'from' },
  { title: 'to' },
  { title: 'of' },
  { title: 'by' },
  { title: 'reason' },
];

/** A line each; where the terminal has no room for all of it, what it is about and why stand below. */
export function renderSilences(silences: readonly StoredSilence[], columns: number): string {
  const rows = silences.map(({ id, item }) => [
    ...[id, renderInstant(item.FromMs), renderInstant(item.ToMs)],
    ...[printable(ofWhat(item), 50), printable(item.By, 20), printable(item.Reason, 50)],
  ]);
  if (tableWidth(columnsOfList, rows) <= columns) return renderTable(columnsOfList, rows);
  return silences
    .map(({ id, item: { FromMs, ToMs, By, Reason, ...of } }) => {
      const why = wrapped(`    ${printable(ofWhat(of))}, by ${printable(By)}: ${printable(Reason)}`, columns, 4);
      return `${id}  ${renderInstant(FromMs)} to ${renderInstant(ToMs)}\n${why}\n`;
    })
    .join('');
}

/** `few page*, order missing of web, rides`, `every alarm` */
export function ofWhat({ Sources, Alarms }: Pick<SilenceItem, 'Sources' | 'Alarms'>): string {
  const alarms = Alarms === undefined ? 'every alarm' : Alarms.join(', ');
  return Sources === undefined ? alarms : `${alarms} of ${Sources.join(', ')}`;
}

function silenceOf({ Source: _, Item: __, ...item }: ControlItem): SilenceItem {
  return item as unknown as SilenceItem;
}
