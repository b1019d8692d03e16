import { isEnded } from '@tidemark/core/incidents/incident';
import { partNames } from '@tidemark/core/incidents/parts-on';
import { type FittingColumn, printable, renderDuration, renderFitting, renderInstant } from '../render.ts';
import { partitionWord } from './partition.ts';
import type { FoundIncident } from './stored.ts';

interface ListedIncident extends FoundIncident {
  readonly nowMs: number;
}

/** Columns of a terminal for what it is about; beside it there is always room for id, severity and status. */
const whatColumns = { min: 20, max: 60 };
const besideColumns = 51;

const columnsOfList = (whatWidth: number): readonly FittingColumn<ListedIncident>[] => [
  { title: 'incident', goes: 0, cell: ({ incident }) => incident },
  { title: 'severity', goes: 2, cell: ({ item }) => item.Severity },
  { title: 'status', goes: 0, cell: ({ item }) => item.Status },
  { title: 'source', goes: 3, cell: ({ source }) => partitionWord(source).replace('source ', '') },
  { title: 'what', goes: 1, cell: (found) => printable(whatOf(found), whatWidth) },
  { title: 'since', goes: 6, cell: ({ item }) => renderInstant(item.OpenedMs) },
  { title: 'lasted', goes: 4, align: 'right', cell: lastedOf },
  {
    title: 'answered by',
    goes: 5,
    cell: ({ item }) => printable(item.Resolved?.By ?? item.Acknowledged?.By ?? '', 20),
  },
];

/** A line an incident, with as many columns as the terminal has room for. */
export function renderIncidents(incidents: readonly FoundIncident[], nowMs: number, columns: number): string {
  const whatWidth = Math.min(whatColumns.max, Math.max(whatColumns.min, columns - besideColumns));
  return renderFitting(
    columnsOfList(whatWidth),
    incidents.map((found) => ({ ...found, nowMs })),
    columns,
  );
}

/** Those that are open first, each the newest first. */
export function inOrder(incidents: readonly FoundIncident[]): FoundIncident[] {
  return incidents.toSorted((one, other) => {
    const ended = Number(isEnded(one.item)) - Number(isEnded(other.item));
    return ended === 0 ? other.item.OpenedMs - one.item.OpenedMs : ended;
  });
}

/** Of a composite alarm with the parts that are on, which say more than what they have in common. */
function whatOf({ item }: FoundIncident): string {
  const parts = partNames(item);
  return parts === undefined ? item.Summary.What : `${parts}: ${item.Summary.What}`;
}

function lastedOf({ item, nowMs }: ListedIncident): string {
  const endMs = isEnded(item) ? (item.OffMs ?? item.EndedMs ?? nowMs) : nowMs;
  return renderDuration(endMs - item.OpenedMs);
}
