import { isEnded } from '@tidemark/core/incidents/incident';
import type { LogEntry } from '@tidemark/core/incidents/items';
import { partsOn } from '@tidemark/core/incidents/parts-on';
import { runbookLink } from '@tidemark/core/incidents/runbook';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import { measured } from '@tidemark/core/incidents/wording';
import {
  printable,
  renderAmount,
  renderDuration,
  renderInstant,
  renderLabelled,
  renderTable,
  tableWidth,
  wrapped,
} from '../render.ts';
import { type Chart, renderChart } from './chart.ts';
import { partitionWord } from './partition.ts';
import type { FoundIncident } from './stored.ts';
import { acknowledgedSentence, logWord, type Surroundings, standing } from './wording.ts';

/** An incident with what is known of it beside its item. */
export interface ShownIncident extends FoundIncident, Surroundings {
  /** Absent where the stage does not have its alarm any more, or may not be asked. */
  readonly alarm?: DeployedAlarm;
  /** Where the runbook is. Absent on a stack from before there was one. */
  readonly runbook?: string;
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
    timelineText(shown, columns),
    ...(isEnded(item) ? [] : [orders(shown)]),
  ];
  return blocks.join('\n');
}

function about(shown: ShownIncident, columns: number): string {
  const { source, item, nowMs, alarm, runbook } = shown;
  const { Summary, OpenedMs, EndedMs, OffMs, Flaps } = item;
  const ended = isEnded(item);
  const endMs = ended ? (OffMs ?? EndedMs ?? nowMs) : nowMs;
  const value = measured(item);
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['what', printable(Summary.What)],
    ['alarm', `${printable(item.Alarm)}, of ${partitionWord(source)}`],
    ...partLines(shown),
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
    ['runbook', runbook === undefined || alarm === undefined ? undefined : runbookLink(runbook, alarm.runbook)],
    ['charts', alarm?.dashboard],
  ];
  return renderLabelled(
    lines.flatMap(([title, text]) => (text === undefined ? [] : [[title, text] as const])),
    columns,
  );
}

/** Each part that is on, with its own heading of the runbook. */
function partLines({ item, alarm, runbook }: ShownIncident): (readonly [string, string])[] {
  return partsOn(item, alarm).flatMap(({ name, summary, runbook: anchor }, index): (readonly [string, string])[] => [
    [index === 0 ? 'parts' : '', printable(`${name}: ${summary}`)],
    ...(runbook === undefined || anchor === '' ? [] : [['', runbookLink(runbook, anchor)] as const]),
  ]);
}

const timelineColumns = [{ title: 'at' }, { title: 'what' }, { title: 'tier' }, { title: 'who' }, { title: 'said' }];

/** A table where the terminal is wide enough, else sentences. */
function timelineText({ item: { Log, LogDropped } }: ShownIncident, columns: number): string {
  const dropped = LogDropped === 0 ? '' : `${renderAmount(LogDropped, 'older entry', 'older entries')} not kept.\n`;
  const rows = Log.map(cellsOf);
  if (tableWidth(timelineColumns, rows) <= columns) return `${dropped}${renderTable(timelineColumns, rows)}`;
  return `${dropped}${Log.map((entry) => `${wrapped(sentenceOf(entry), columns, 22)}\n`).join('')}`;
}

/** `2026-11-20T09:10:20Z  NOT TOLD, tier 1: sms:+4915112345678 (no such number)` */
function sentenceOf({ AtMs, Kind, Tier, Contact, By, Text }: LogEntry): string {
  const who = Contact ?? By;
  return [
    `${renderInstant(AtMs)}  ${logWord({ Kind })}`,
    Tier === undefined ? '' : `, tier ${Tier}`,
    who === undefined ? '' : `: ${printable(who)}`,
    Text === undefined ? '' : ` (${printable(Text)})`,
  ].join('');
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
    item.Acknowledged === undefined ? [`  Take it on:  ${command} incidents acknowledge ${incident}`] : [];
  return `${[...acknowledge, `  It is over:  ${command} incidents resolve ${incident}`].join('\n')}\n`;
}
