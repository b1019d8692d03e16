import { isEnded } from '../../../incidents/incident.ts';
import type { IncidentItem, Telling } from '../../../incidents/items.ts';
import { tellingId } from '../../../incidents/outbox.ts';
import { entryAt } from '../../../incidents/plan.ts';
import type { Delivery } from '../../../incidents/telling.ts';
import type { Checked } from './checks.ts';

/** Who may be told when. */
export class Tellings {
  readonly #checked: Checked;

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  begun(id: string, telling: Telling, item: IncidentItem): void {
    if (telling.Kind === 'end') return;
    const { world, acknowledgedMs, report } = this.#checked;
    const { nowMs, truth } = world;
    const answeredMs = acknowledgedMs.get(id);
    const isAnswered = answeredMs !== undefined && nowMs < answeredMs + truth.deployment.settings.raiseAgainAfterMs;
    if (isAnswered || isEnded(item) || item.Status === 'settling') {
      report('silentAfterAnswer', `${id} ${item.Status}: ${tellingId(telling)}`);
    }
    if (truth.isHeld || truth.isUnarmed(item)) report('heldBack', `${id}: ${tellingId(telling)}`);
  }

  published(incident: string, telling: Telling, delivery: Delivery): void {
    const { world, sent, report } = this.#checked;
    const { nowMs, faults } = world;
    const same = sent.same(incident, telling).filter(({ contact }) => contact === delivery.contact);
    if (same.length > faults) report('toldOnce', `${incident}: ${tellingId(telling)} to ${delivery.contact}`);
    if (telling.Kind === 'page' && faults === 0) this.#checkTurn(incident, telling);
    sent.add({ ...delivery, incident, telling, atMs: nowMs });
  }

  #checkTurn(incident: string, telling: Telling): void {
    const { world, known, sent, report } = this.#checked;
    const item = known.incident(incident);
    const last = sent
      .of(incident)
      .findLast((each) => each.telling.Kind === 'page' && tellingId(each.telling) !== tellingId(telling));
    if (item === undefined || last === undefined || last.telling.Raise !== telling.Raise) return;
    if (sent.same(incident, last.telling).every(({ failure }) => failure !== undefined)) return;
    const plans = world.plans(world.alarmOf(item.Alarm));
    const waits = plans.map((plan) => entryAt(plan, last.telling)?.acknowledgeWithinMs ?? 0);
    if (world.nowMs < last.atMs + Math.min(...waits)) report('inTurn', `${incident}: ${tellingId(telling)}`);
  }
}
