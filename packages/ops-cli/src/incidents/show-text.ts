import { isEnded } from '@tidemark/core/incidents/incident';
import type { LogEntry } from '@tidemark/core/incidents/items';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import { measured } from '@tidemark/core/incidents/wording';
import { printable, renderAmount, renderDuration, renderInstant, renderLabelled, renderTable } from '../render.ts';
import { type Chart, renderChart } from './chart.ts';
import { partitionWord } from './partition.ts';
import type { FoundIncident } from './stored.ts';
import { acknowledgedSentence, logWord, type Surroundings, standing } from './wording.ts';

/** An incident with what is known of it beside its item. */
export interface ShownIncident extends FoundIncident, Surroundings {
  /** Absent where the stage does not have its alarm any more, or may not be asked. */
  readonly alarm?: DeployedAlarm;
  /** Absent of an alarm that is on no series. */
  readonly chart?: Chart;
  /** What to type to reach the stage: `tidemark --local`. */
  readonly command: string;
}

const entryTextColumns = 60;

/** What, since when, how far off, who was told when, and what to do. */
export function showText(shown: ShownIncident, columns: number): string {
  const { incident, item, chart } = shown;
  const blocks = [
    `Incident ${incident}: ${item.Severity}, ${item.Status}\n${about(shown, columns)}`,
    ...(chart === undefined ? [] : [renderChart(chart, columns)]),
    timelineText(shown),
    ...(isEnded(item) ? [] : [orders(shown)]),
  ];
  return blocks.join('\n');
}

function about(shown: ShownIncident, columns: number): string {
  const { source, item, nowMs, alarm } = shown;
  const { Summary, OpenedMs, EndedMs, OffMs, Flaps } = item;
  const ended = isEnded(item);
  const endMs = ended ? (OffMs ?? EndedMs ?? nowMs) : nowMs;
  const value = measured(item);
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['what', printable(Summary.What)],
    ['alarm', `${printable(item.Alarm)}, of ${partitionWord(source)}`],
    [
      'since',
      ended
        ? `${renderInstant(OpenedMs)} to ${renderInstant(endMs)} (${renderDuration(endMs - OpenedMs)})`
        : `${renderInstant(OpenedMs)} (${renderDuration(nowMs - OpenedMs)})`,
    ],
    ['flapped', Flaps === 0 ? undefined : renderAmount(Flaps, 'time', 'times')],
    ['value', value],
    ['reason', Summary.Reason === '' ? undefined : printable(Summary.Reason)],
    ['now', printable(standing(item, shown))],
    // `now` says it of one that is acknowledged and nothing else.
    [
      'answer',
      item.Acknowledged === undefined || item.Status === 'acknowledged'
        ? undefined
        : printable(acknowledgedSentence(item)),
    ],
    ['because', item.Resolved?.Reason === undefined ? undefined : printable(item.Resolved.Reason)],
    ['runbook', alarm?.runbook],
    ['charts', alarm?.dashboard],
  ];
  return renderLabelled(
    lines.flatMap(([title, text]) => (text === undefined ? [] : [[title, text] as const])),
    columns,
  );
}

function timelineText({ item: { Log, LogDropped } }: ShownIncident): string {
  const dropped = LogDropped === 0 ? '' : `${renderAmount(LogDropped, 'older entry', 'older entries')} not kept.\n`;
  return `${dropped}${renderTable([{ title: 'at' }, { title: 'what' }, { title: 'tier' }, { title: 'who' }, { title: 'said' }], Log.map(cellsOf))}`;
}

function cellsOf(entry: LogEntry): string[] {
  const { AtMs, Tier, Contact, By, Text } = entry;
  return [
    renderInstant(AtMs),
    logWord(entry),
    Tier === undefined ? '' : String(Tier),
    printable(Contact ?? By ?? '', entryTextColumns),
    printable(Text ?? '', entryTextColumns),
  ];
}

function orders({ incident, item, command }: ShownIncident): string {
  const acknowledge =
    item.Acknowledged === undefined ? [`  Take it on:     ${command} incidents acknowledge ${incident}`] : [];
  return `${[...acknowledge, `  It is over:     ${command} incidents resolve ${incident}`].join('\n')}\n`;
}
