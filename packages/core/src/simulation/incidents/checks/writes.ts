import { isEnded } from '../../../incidents/incident.ts';
import type { IncidentItem } from '../../../incidents/items.ts';
import { sameMomentMs } from '../moments.ts';
import type { Checked } from './checks.ts';

/** What items may become. */
export class Writes {
  readonly #checked: Checked;

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  written(id: string, was: IncidentItem | undefined, is: IncidentItem): void {
    if (was === undefined) this.#checkNew(id, is);
    if (was?.Status === 'unanswered' && is.Raise > was.Raise) this.#checkSaid(id, was);
    const open = this.#checked.known.incidentsOf(is.Alarm).filter(({ item }) => !isEnded(item));
    if (open.length > 1) {
      this.#checked.report('oneOpen', `${is.Alarm} has ${open.map((each) => each.id).join(' and ')}`);
    }
  }

  #checkNew(id: string, item: IncidentItem): void {
    const { world, known, report } = this.#checked;
    const { scenario, nowMs } = world;
    const { joinWithinMs, raiseAgainAfterMs } = world.truth.deployment.settings;
    const others = known.incidentsOf(item.Alarm).filter((other) => other.id !== id);
    const isThen = (atMs: number) => Math.abs(atMs - item.OpenedMs) < sameMomentMs;
    const isTrue = scenario.transitions
      .get(item.Alarm)
      ?.some(({ atMs, state }) => isThen(atMs + scenario.skewMs) && state === 'ALARM');
    const isStillOn = others.some((other) => other.item.EndedMs === item.OpenedMs - raiseAgainAfterMs);
    const isTwice = others.some((other) => isThen(other.item.OpenedMs));
    if (isTwice || !(isTrue === true || isStillOn)) report('onePerTransition', id);
    const early = others.find(
      ({ item: { Status, OffMs = 0 } }) => Status === 'recovered' && nowMs < OffMs + joinWithinMs,
    );
    if (early !== undefined) report('flapsJoin', `${id} so soon after ${early.id}`);
  }

  /** Whoever is in the configuration all the time must have heard the last word. */
  #checkSaid(id: string, item: IncidentItem): void {
    const { world, sent, report } = this.#checked;
    const told = sent.of(id).filter(({ telling }) => telling.Kind === 'last-word' && telling.Raise === item.Raise);
    const plans = world.plans(world.alarmOf(item.Alarm));
    const contacts =
      plans[0]?.contacts.filter((contact) => plans.every((plan) => plan.contacts.includes(contact))) ?? [];
    const missing = contacts.filter((contact) => !told.some((each) => each.contact === contact));
    if (missing.length > 0) report('unansweredSaid', `${id}: not to ${missing.join(', ')}`);
  }
}
