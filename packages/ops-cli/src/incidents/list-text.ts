import { isEnded } from '@tidemark/core/incidents/incident';
import { type FittingColumn, printable, renderDuration, renderFitting, renderInstant } from '../render.ts';
import { partitionWord } from './partition.ts';
import type { FoundIncident } from './stored.ts';

interface ListedIncident extends FoundIncident {
  readonly nowMs: number;
}

const whatColumnsMax = 60;

const columnsOfList: readonly FittingColumn<ListedIncident>[] = [
  { title: 'incident', goes: 0, cell: ({ incident }) => incident },
  { title: 'severity', goes: 2, cell: ({ item }) => item.Severity },
  { title: 'status', goes: 0, cell: ({ item }) => item.Status },
  { title: 'source', goes: 3, cell: ({ source }) => partitionWord(source).replace('source ', '') },
  { title: 'what', goes: 1, cell: ({ item }) => printable(item.Summary.What, whatColumnsMax) },
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
  return renderFitting(
    columnsOfList,
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

function lastedOf({ item, nowMs }: ListedIncident): string {
  const endMs = isEnded(item) ? (item.OffMs ?? item.EndedMs ?? nowMs) : nowMs;
  return renderDuration(endMs - item.OpenedMs);
}
