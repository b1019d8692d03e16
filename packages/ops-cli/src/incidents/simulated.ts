import type { Hold } from '@tidemark/core/incidents/change';
import { holdOf } from '@tidemark/core/incidents/hold';
import { escalationPlan } from '@tidemark/core/incidents/plan';
import { runbookLink } from '@tidemark/core/incidents/runbook';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { type ToldWhen, whoIsTold } from '@tidemark/core/incidents/who-is-told';
import { UsageError } from '../failure.ts';
import { type Column, printable, renderDuration, renderInstant, renderTable, tableWidth, wrapped } from '../render.ts';
import { partitionWord } from './partition.ts';
import type { StoredSilence } from './silences.ts';
import { untoldSentence } from './wording.ts';

/** Who would be told of an alarm that turned on at `atMs` and stayed on, while nobody answers. */
export interface Simulated {
  readonly alarm: DeployedAlarm;
  readonly atMs: number;
  /** What would hold it back first, one after the other. */
  readonly holds: readonly Hold[];
  /** Nobody is told while it is held; those holds have no end in sight. */
  readonly isHeldOn: boolean;
  readonly told: readonly ToldWhen[];
  readonly raiseAgainAfterMs: number;
  /** Where the runbook is. Absent on a stack from before there was one. */
  readonly runbook?: string;
}

/** Silences and maintenance that follow one another without end are looked at so far. */
const holdsMax = 100;

export function simulate(
  { escalation }: IncidentsDeployment,
  alarm: DeployedAlarm,
  silences: readonly StoredSilence[],
  atMs: number,
): Simulated {
  const holds: Hold[] = [];
  let startMs = atMs;
  let hold: Hold | undefined;
  const next = () => holdOf(alarm, { silences, maintenance: escalation.maintenance, runs: [] }, startMs);
  for (hold = next(); hold !== undefined && holds.length < holdsMax; hold = next()) {
    holds.push(hold);
    startMs = hold.untilMs;
  }
  const isHeldOn = hold !== undefined;
  const told = isHeldOn ? [] : whoIsTold(escalationPlan(escalation, alarm.severity), startMs);
  return { alarm, atMs, holds, isHeldOn, told, raiseAgainAfterMs: escalation.raiseAgainAfterMs };
}

/** The alarm of a name, with or without stack and source. Throws a UsageError that lists what there is where it is none, or several. */
export function chooseAlarm(
  { alarms, stage }: IncidentsDeployment,
  name: string,
  source: string | undefined,
): DeployedAlarm {
  const possible = alarms.filter((alarm) => source === undefined || alarm.source === source);
  const fitting = possible.filter((alarm) => [alarm.alarm, alarm.name, `${alarm.source}-${alarm.name}`].includes(name));
  const [alarm] = fitting;
  if (alarm !== undefined && fitting.length === 1) return alarm;
  const where = source === undefined ? `stage ${stage}` : partitionWord(source);
  if (possible.length === 0) throw new UsageError(`--source: there is no alarm of ${where}`);
  const list = (which: readonly DeployedAlarm[]): string => which.map((each) => `\n  ${each.alarm}`).join('');
  throw new UsageError(
    fitting.length > 1
      ? `--alarm: ${JSON.stringify(name)} may be one of these; name it in full, or say --source:${list(fitting)}`
      : `--alarm: ${JSON.stringify(name)} is no alarm of ${where}; expected one of:${list(possible)}`,
  );
}

export function renderSimulated(
  { alarm, atMs, holds, isHeldOn, told, raiseAgainAfterMs, runbook }: Simulated,
  columns: number,
): string {
  const what = wrapped(`${printable(alarm.alarm)} (${alarm.severity}): ${printable(alarm.summary)}`, columns, 2);
  const link = runbook === undefined ? '' : `\nRunbook: ${runbookLink(runbook, alarm.runbook)}`;
  const head = `${what}${link}\nIf it turned on at ${renderInstant(atMs)}, stayed on and nobody answered:`;
  const held = holds.map(({ untilMs, because }) =>
    wrapped(`  Held until ${renderInstant(untilMs)}, told to nobody: ${printable(because)}.`, columns, 4),
  );
  const rows = told.map(({ atMs: toldMs, kind, round, tier, contacts }) => [
    renderInstant(toldMs),
    `+${renderDuration(toldMs - atMs)}`,
    kind === 'last-word' ? 'last word' : `tier ${tier}`,
    kind === 'last-word' ? '' : String(round),
    printable(contacts.join(', ')),
  ]);
  return [
    ...[head, ...held].map((line) => `${line}\n`),
    ...(rows.length === 0
      ? [`${nobody(isHeldOn, alarm)}\n`]
      : [toldText(rows, columns), `${wrapped(after(told, raiseAgainAfterMs), columns, 0)}\n`]),
  ].join('');
}

const titles: readonly Column[] = [
  { title: 'at' },
  { title: 'after', align: 'right' },
  { title: 'who' },
  { title: 'round' },
  { title: 'contacts' },
];

/** A table; where the terminal has no room for the contacts, those stand below the others. */
function toldText(rows: readonly (readonly string[])[], columns: number): string {
  if (tableWidth(titles, rows) <= columns) return renderTable(titles, rows);
  const [heading = '', rule = '', ...lines] = renderTable(titles.slice(0, -1), rows).split('\n');
  const contacts = rows.map((row) => wrapped(`    ${row.at(-1)}`, columns, 4));
  return [heading, rule, ...rows.flatMap((_, index) => [lines[index] ?? '', contacts[index] ?? ''])]
    .map((line) => `${line}\n`)
    .join('');
}

export function simulatedJson({
  alarm,
  atMs,
  holds,
  told,
  raiseAgainAfterMs,
  runbook,
}: Simulated): Readonly<Record<string, unknown>> {
  const last = told.at(-1);
  return {
    ...{ alarm: alarm.alarm, source: alarm.source, severity: alarm.severity, what: alarm.summary },
    ...(runbook === undefined ? {} : { runbook: runbookLink(runbook, alarm.runbook) }),
    at: renderInstant(atMs),
    held: holds.map(({ untilMs, because }) => ({ until: renderInstant(untilMs), because })),
    told: told.map(({ atMs: toldMs, kind, round, tier, contacts }) => ({
      ...{ at: renderInstant(toldMs), kind },
      ...(kind === 'page' ? { round, tier } : {}),
      contacts,
    })),
    ...(last === undefined ? {} : { raisedAgain: renderInstant(last.atMs + raiseAgainAfterMs) }),
  };
}

function nobody(isHeldOn: boolean, { severity }: DeployedAlarm): string {
  return isHeldOn ? 'Nobody is told: it is held as far as can be seen.' : untoldSentence(severity);
}

function after(told: readonly ToldWhen[], raiseAgainAfterMs: number): string {
  const lastMs = told.at(-1)?.atMs ?? 0;
  return `Still on, it is raised again from the first tier at ${renderInstant(lastMs + raiseAgainAfterMs)}. Nobody was told just now.`;
}
