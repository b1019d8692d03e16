import type { LogEntry } from '@tidemark/core/incidents/items';
import { type PartOn, partsOn } from '@tidemark/core/incidents/parts-on';
import { runbookLink } from '@tidemark/core/incidents/runbook';
import { renderInstant } from '../render.ts';
import type { ShownIncident } from './show-text.ts';
import type { StoredSilence } from './silences.ts';
import type { FoundIncident } from './stored.ts';

/** An incident as `--json` prints it: times in ISO 8601; what is not so is left out. */
export function incidentJson({ source, incident, item }: FoundIncident): Readonly<Record<string, unknown>> {
  const { Summary, Acknowledged, Resolved } = item;
  return defined({
    ...{ incident, source, alarm: item.Alarm, severity: item.Severity, status: item.Status },
    ...{ what: Summary.What, reason: Summary.Reason, threshold: Summary.Threshold, value: Summary.Value },
    partsOn: item.PartsOn,
    since: renderInstant(item.OpenedMs),
    off: instantOf(item.OffMs),
    ended: instantOf(item.EndedMs),
    flaps: item.Flaps,
    heldUntil: instantOf(item.HeldUntilMs),
    heldBecause: item.HeldBecause,
    next: item.Status === 'open' || item.Status === 'unanswered' ? renderInstant(item.DueMs) : undefined,
    ...{ raise: item.Raise, round: item.Round, tier: item.Tier, told: item.Told },
    acknowledged:
      Acknowledged &&
      defined({
        ...{ by: Acknowledged.By, at: renderInstant(Acknowledged.AtMs), how: Acknowledged.How },
        note: Acknowledged.Note,
      }),
    resolved: Resolved && defined({ by: Resolved.By, at: renderInstant(Resolved.AtMs), note: Resolved.Reason }),
  });
}

/** The same with its timeline and its chart. */
export function shownJson(shown: ShownIncident): Readonly<Record<string, unknown>> {
  const { item, alarm, chart, runbook } = shown;
  const parts = partsOn(item, alarm);
  return defined({
    ...incidentJson(shown),
    runbook: runbook === undefined || alarm === undefined ? undefined : runbookLink(runbook, alarm.runbook),
    parts: parts.length === 0 ? undefined : parts.map(partJson(runbook)),
    dashboard: alarm?.dashboard,
    chart: chart && {
      ...{ series: chart.series, size: chart.size, from: renderInstant(chart.fromMs) },
      ...{ stepSeconds: chart.stepMs / 1000, values: chart.values },
    },
    timelineDropped: item.LogDropped,
    timeline: item.Log.map(entryJson),
  });
}

function partJson(base: string | undefined) {
  return ({ name, alarm, summary, runbook }: PartOn) =>
    defined({ name, alarm, summary, runbook: base === undefined ? undefined : runbookLink(base, runbook) });
}

export function silenceJson({ id, item }: StoredSilence): Readonly<Record<string, unknown>> {
  const { FromMs, ToMs, Sources, Alarms, Reason, By } = item;
  const span = { from: renderInstant(FromMs), to: renderInstant(ToMs) };
  return defined({ silence: id, ...span, sources: Sources, alarms: Alarms, reason: Reason, by: By });
}

function entryJson({ AtMs, Kind, Tier, Contact, By, Text }: LogEntry): Readonly<Record<string, unknown>> {
  return defined({ at: renderInstant(AtMs), kind: Kind, tier: Tier, contact: Contact, by: By, text: Text });
}

function instantOf(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : renderInstant(timeMs);
}

function defined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
