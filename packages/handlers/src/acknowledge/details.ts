import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { LinkPayload } from '@tidemark/core/incidents/link-token';
import { partsOn } from '@tidemark/core/incidents/parts-on';
import { runbookLink } from '@tidemark/core/incidents/runbook';
import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { counted, instantIn, measured, ofWhat, oneLine, span } from '@tidemark/core/incidents/wording';

/** A line of the page: what it is about, and what is so. Without a name it goes on with the one before. */
export interface Detail {
  readonly name: string;
  readonly text: string;
  /** Where the text leads. */
  readonly href?: string;
}

/** The runbook that is served beside this page. */
const ownRunbook = 'runbook';

/** What messages say of an incident, but for its chart: the function behind an address that is open to everyone may look at nothing but incidents. */
export function detailsOf(
  item: IncidentItem,
  { incident, tier }: LinkPayload,
  { alarms, stage, escalation }: IncidentsDeployment,
  nowMs: number,
): Detail[] {
  const { Summary, Alarm, Severity, OpenedMs, EndedMs, OffMs, Flaps, Source } = item;
  const alarm = alarms.find((each) => each.alarm === Alarm);
  const runbook = escalation.runbook ?? ownRunbook;
  const zone = escalation.tiers[tier - 1]?.hours?.zone;
  const lastedMs = (OffMs ?? EndedMs ?? nowMs) - OpenedMs;
  const lines: readonly (readonly [string, string | undefined, (string | undefined)?])[] = [
    ['What', Summary.What],
    ['Alarm', `${alarm?.name ?? Alarm}, ${Severity}, ${ofWhat(Source)}`],
    ...partsOn(item, alarm).map(
      ({ name, summary, runbook: anchor }, index) =>
        [index === 0 ? 'Parts that are on' : '', `${name}: ${summary}`, runbookLink(runbook, anchor)] as const,
    ),
    ['Since', `${instantIn(OpenedMs, zone)} (${span(lastedMs)})`],
    ['Flapped', Flaps === 0 ? undefined : counted(Flaps, 'time')],
    ['Value', measured(item)],
    ['Reason', Summary.Reason === '' ? undefined : Summary.Reason],
    ['What to do', 'Runbook', runbookLink(runbook, alarm?.runbook ?? '')],
    ['Charts', alarm?.dashboard === undefined ? undefined : 'Dashboard', alarm?.dashboard],
    ['More', `tidemark --stage ${stage} incidents show ${incident}`],
  ];
  return lines.flatMap(([name, text, href]) =>
    text === undefined ? [] : [{ name, text: oneLine(text), ...(href === undefined ? {} : { href }) }],
  );
}
