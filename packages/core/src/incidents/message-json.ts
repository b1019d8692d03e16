import type { IncidentItem, Telling } from './items.ts';
import type { LastHour, MessageContext, MessageIncident } from './message.ts';
import { partsOn } from './parts-on.ts';
import { acknowledgedBefore, reachedSoFar } from './reached.ts';
import { runbookLink } from './runbook.ts';
import type { Contact, Severity } from './settings.ts';

/** What an HTTPS endpoint gets (docs/reference/messages.md). Times in ISO 8601; what is not so, or not known, is left out. */
export interface MessageJson {
  readonly version: 1;
  /** `distress`: escalation itself fails; there are no incidents in it. */
  readonly kind: Telling['Kind'] | 'distress';
  readonly stage: string;
  readonly subject: string;
  /** How many incidents the message is about; `incidents` lists the gravest of them. */
  readonly total: number;
  readonly incidents: readonly IncidentJson[];
}

export interface IncidentJson {
  readonly id: string;
  /** Its name in CloudWatch. */
  readonly alarm: string;
  readonly source: string;
  readonly severity: Severity;
  readonly status: IncidentItem['Status'];
  readonly summary: string;
  readonly reason: string;
  readonly since: string;
  readonly ended?: string;
  readonly threshold?: number;
  readonly value?: number;
  /** Of a composite alarm. */
  readonly parts?: readonly { readonly name: string; readonly summary: string; readonly runbook: string }[];
  readonly lastHour?: {
    readonly stepSeconds: number;
    readonly values: readonly (number | null)[];
    readonly part?: string;
    readonly unit?: 'ms' | 's';
  };
  /** 0: of all tiers. */
  readonly tier: number;
  readonly raise: number;
  /** Before this message, since the incident was raised last. */
  readonly told: readonly Contact[];
  readonly notTold: readonly Contact[];
  readonly acknowledgedBefore?: { readonly by: string; readonly at: string };
  readonly runbook: string;
  readonly dashboard?: string;
  /** A link that acknowledges in a browser. */
  readonly acknowledge?: string;
  readonly command: string;
}

export function incidentJson(
  { id, item, telling, alarm, link, lastHour }: MessageIncident,
  { runbook, stage }: MessageContext,
): IncidentJson {
  const { Threshold, Value, What, Reason } = item.Summary;
  const parts = partsOn(item, alarm);
  const before = acknowledgedBefore(item);
  return {
    ...{ id, alarm: item.Alarm, source: item.Source, severity: item.Severity, status: item.Status },
    ...{ summary: What, reason: Reason, since: iso(item.OpenedMs) },
    ...(item.EndedMs === undefined ? {} : { ended: iso(item.EndedMs) }),
    ...(Threshold === undefined ? {} : { threshold: Threshold }),
    ...(Value === undefined ? {} : { value: Value }),
    ...(parts.length === 0
      ? {}
      : {
          parts: parts.map(({ name, summary, runbook: anchor }) => ({
            name,
            summary,
            runbook: runbookLink(runbook, anchor),
          })),
        }),
    ...(lastHour === undefined ? {} : { lastHour: lastHourJson(lastHour) }),
    ...{ tier: telling.Kind === 'page' ? telling.Tier : 0, raise: telling.Raise, ...reachedSoFar(item) },
    ...(before === undefined ? {} : { acknowledgedBefore: { by: before.by, at: iso(before.atMs) } }),
    runbook: runbookLink(runbook, alarm.runbook),
    ...(alarm.dashboard === undefined ? {} : { dashboard: alarm.dashboard }),
    ...(link === undefined ? {} : { acknowledge: link }),
    command: `tidemark --stage ${stage} incidents ${telling.Kind === 'end' ? 'show' : 'acknowledge'} ${id}`,
  };
}

function lastHourJson({ stepMs, ...rest }: LastHour): NonNullable<IncidentJson['lastHour']> {
  return { stepSeconds: stepMs / 1000, ...rest };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
