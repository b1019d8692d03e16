import { armingMs } from '../../incidents/alarm-changed.ts';
import { isEnded, isOver } from '../../incidents/incident.ts';
import type { AlarmItem, IncidentItem, Telling } from '../../incidents/items.ts';
import { tellingId } from '../../incidents/outbox.ts';
import { entryAt } from '../../incidents/plan.ts';
import type { DeployedAlarm } from '../../incidents/settings.ts';
import type { Delivery } from '../../incidents/telling.ts';
import type { IncidentInvariant } from './invariants.ts';
import { minuteMs } from './scenario.ts';
import type { Versioned } from './store.ts';
import type { World } from './world.ts';

/** What was sent, or was tried to be. */
interface Sent extends Delivery {
  readonly incident: string;
  readonly telling: Telling;
  readonly atMs: number;
}

/** What a failure may cost until somebody has made good for it: a sweep, and a sender that is taken for dead. */
const faultMs = 8 * minuteMs;
/** From a transition until somebody is told of it, or its end: delivery, gathering, waiting for another sender. */
const promptMs = 3 * minuteMs;
const sweepMs = 5 * minuteMs;

/** Watches every write and every message, knowing what the alarms really do. */
export class Checks {
  readonly #world: World;
  readonly #sent: Sent[] = [];
  /** By incident: when it was acknowledged, and when it was raised last. */
  readonly #acknowledged = new Map<string, number>();
  readonly #raised = new Map<string, number>();
  /** By alarm: since when somebody should be told. */
  readonly #needy = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  written(key: string, before: Versioned | undefined, after: Versioned): void {
    const [, id] = /^INCIDENT#(.*)$/.exec(key) ?? [];
    if (id === undefined) return;
    const [was, is] = [before as IncidentItem | undefined, after as IncidentItem];
    if (was === undefined) this.#checkNew(id, is);
    if (is.Acknowledged !== undefined && was?.Acknowledged === undefined)
      this.#acknowledged.set(id, is.Acknowledged.AtMs);
    if (was?.Raise !== is.Raise) this.#raised.set(id, this.#world.nowMs);
    if (was?.Status === 'unanswered' && is.Raise > was.Raise) this.#checkSaid(id, was);
    const open = this.#incidentsOf(is.Alarm).filter(({ item }) => !isEnded(item));
    if (open.length > 1) this.#report('oneOpen', `${is.Alarm} has ${open.map((each) => each.id).join(' and ')}`);
  }

  /** It is noted that a telling is about to be sent; `item` is what the note has replaced. */
  begun(id: string, telling: Telling, item: IncidentItem): void {
    if (telling.Kind === 'end') return;
    const { nowMs, scenario } = this.#world;
    const answeredMs = this.#acknowledged.get(id);
    const isAnswered = answeredMs !== undefined && nowMs < answeredMs + scenario.settings.raiseAgainAfterMs;
    if (isAnswered || isEnded(item) || item.Status === 'settling') {
      this.#report('silentAfterAnswer', `${id} ${item.Status}: ${tellingId(telling)}`);
    }
    const alarm = this.#world.alarmOf(item.Alarm);
    const hold = this.#world.trueHold(alarm);
    if (hold !== undefined || this.#isUnarmed(item)) this.#report('heldBack', `${id}: ${tellingId(telling)}`);
  }

  published(incident: string, telling: Telling, delivery: Delivery): void {
    const { nowMs, faults } = this.#world;
    const same = this.#of(incident, telling).filter(({ contact }) => contact === delivery.contact);
    if (same.length > faults) this.#report('toldOnce', `${incident}: ${tellingId(telling)} to ${delivery.contact}`);
    if (telling.Kind === 'page' && faults === 0) this.#checkTurn(incident, telling);
    this.#sent.push({ ...delivery, incident, telling, atMs: nowMs });
  }

  /** Time has passed. */
  passed(): void {
    for (const alarm of this.#world.scenario.alarms) {
      this.#checkTold(alarm);
      this.#checkEnds(alarm);
    }
  }

  final(): void {
    const { store, executions, scenario } = this.#world;
    const running = [...executions].filter(([, execution]) => execution === 'running');
    if (running.length > 0) this.#report('over', `still running: ${running.map(([name]) => name).join(', ')}`);
    const waiting = store.scan('OUTBOX#');
    if (waiting.length > 0) this.#report('over', `still in the outbox: ${waiting.map(({ key }) => key).join(', ')}`);
    for (const { id, item } of scenario.alarms.flatMap(({ alarm }) => this.#incidentsOf(alarm))) {
      if (!isOver(item)) this.#report('over', `${id} is ${item.Status}`);
      this.#checkHeard(id, item);
    }
  }

  #checkNew(id: string, item: IncidentItem): void {
    const { scenario, nowMs } = this.#world;
    const others = this.#incidentsOf(item.Alarm).filter((other) => other.id !== id);
    const isTrue = scenario.transitions
      .get(item.Alarm)
      ?.some(({ atMs, state }) => atMs === item.OpenedMs && state === 'ALARM');
    const { joinWithinMs, raiseAgainAfterMs } = scenario.settings;
    const isStillOn = others.some((other) => other.item.EndedMs === item.OpenedMs - raiseAgainAfterMs);
    const isTwice = others.some((other) => other.item.OpenedMs === item.OpenedMs);
    if (isTwice || !(isTrue === true || isStillOn)) this.#report('onePerTransition', id);
    const early = others.find(
      ({ item: { Status, OffMs = 0 } }) => Status === 'recovered' && nowMs < OffMs + joinWithinMs,
    );
    if (early !== undefined) this.#report('flapsJoin', `${id} so soon after ${early.id}`);
  }

  #checkSaid(id: string, item: IncidentItem): void {
    const told = this.#sent.filter(
      ({ incident, telling }) => incident === id && telling.Kind === 'last-word' && telling.Raise === item.Raise,
    );
    const missing = this.#world
      .plan(this.#world.alarmOf(item.Alarm))
      .contacts.filter((contact) => !told.some((each) => each.contact === contact));
    if (missing.length > 0) this.#report('unansweredSaid', `${id}: not to ${missing.join(', ')}`);
  }

  #checkTurn(incident: string, telling: Telling): void {
    const item = this.#item(incident);
    const last = this.#sent.findLast(
      (sent) =>
        sent.incident === incident && sent.telling.Kind === 'page' && tellingId(sent.telling) !== tellingId(telling),
    );
    if (item === undefined || last === undefined || last.telling.Raise !== telling.Raise) return;
    if (this.#of(incident, last.telling).every(({ failure }) => failure !== undefined)) return;
    const wait = entryAt(this.#world.plan(this.#world.alarmOf(item.Alarm)), last.telling)?.acknowledgeWithinMs ?? 0;
    if (this.#world.nowMs < last.atMs + wait) this.#report('inTurn', `${incident}: ${tellingId(telling)}`);
  }

  #checkTold(alarm: DeployedAlarm): void {
    const { nowMs, scenario } = this.#world;
    if (!this.#isNeedy(alarm)) {
      this.#needy.delete(alarm.alarm);
      return;
    }
    const sinceMs = this.#needy.get(alarm.alarm) ?? nowMs;
    this.#needy.set(alarm.alarm, sinceMs);
    const standing = this.#standing(alarm);
    const told = this.#sent.findLast(
      ({ incident, telling, failure }) =>
        incident === standing?.id && telling.Raise === standing.item.Raise && failure === undefined,
    );
    const raisedMs = standing === undefined ? 0 : (this.#raised.get(standing.id) ?? 0);
    const fromMs = Math.max(sinceMs, raisedMs, told?.atMs ?? 0);
    const waits =
      scenario.settings.raiseAgainAfterMs +
      Math.max(...scenario.settings.tiers.map((tier) => tier.acknowledgeWithinMs));
    const boundMs = promptMs + sweepMs + this.#faultsMs() + (told === undefined ? 0 : waits);
    if (nowMs > fromMs + boundMs) {
      this.#report(
        'toldInTime',
        `${alarm.alarm}: ${standing?.id} ${standing?.item.Status}, nobody since ${new Date(fromMs).toISOString()}`,
      );
    }
  }

  /** Whether somebody is to be told, by what is really so. */
  #isNeedy(alarm: DeployedAlarm): boolean {
    const { nowMs, scenario } = this.#world;
    const { raiseAgainAfterMs } = scenario.settings;
    if (this.#truth(alarm)?.state !== 'ALARM' || this.#world.trueHold(alarm) !== undefined || this.#isOut())
      return false;
    const last = this.#last(alarm);
    if (last === undefined) return nowMs >= scenario.configuredMs + armingMs;
    const { Acknowledged, Status, EndedMs = 0 } = last.item;
    if (Status === 'resolved') return nowMs >= EndedMs + raiseAgainAfterMs;
    if (isEnded(last.item) || Acknowledged === undefined) return !this.#isUnarmed(last.item);
    return nowMs >= Acknowledged.AtMs + raiseAgainAfterMs;
  }

  #checkEnds(alarm: DeployedAlarm): void {
    const { nowMs, scenario } = this.#world;
    const truth = this.#truth(alarm);
    if (this.#isOut()) return;
    for (const { id, item } of this.#incidentsOf(alarm.alarm)) {
      if (isOver(item)) continue;
      const offMs = truth?.state === 'OK' ? truth.atMs + scenario.settings.joinWithinMs : Number.POSITIVE_INFINITY;
      const fromMs = Math.min(offMs, item.EndedMs ?? Number.POSITIVE_INFINITY);
      if (nowMs > fromMs + promptMs + this.#faultsMs()) this.#report('endsInTime', `${id} is ${item.Status}`);
    }
  }

  #checkHeard(id: string, { EndedMs = 0, ToldEnd = [] }: IncidentItem): void {
    const { faults, scenario } = this.#world;
    const sent = this.#sent.filter(({ incident }) => incident === id);
    const told = new Set(sent.flatMap(({ telling, contact }) => (telling.Kind === 'end' ? [] : [contact])));
    for (const contact of told) {
      const isReached = sent.some(
        (each) => each.contact === contact && each.failure === undefined && each.telling.Kind !== 'end',
      );
      const ends = sent.filter(
        (each) => each.contact === contact && each.telling.Kind === 'end' && each.failure === undefined,
      );
      const isOut = scenario.outages.some(
        (outage) =>
          outage.contact === contact && outage.fromMs < EndedMs + 30 * minuteMs && outage.toMs > EndedMs + 3 * minuteMs,
      );
      if (isReached && ends.length === 0 && !isOut) {
        this.#report('endHeard', `${contact} has not heard of the end of ${id}, ${ToldEnd.join(', ')} have`);
      }
      if (ends.length > 1 + faults)
        this.#report('endHeard', `${contact} has heard ${ends.length} times of the end of ${id}`);
    }
  }

  #faultsMs(): number {
    return this.#world.faults === 0 ? 0 : sweepMs + this.#world.faults * faultMs;
  }

  /** Whether a contact cannot be told, or could not until just now. */
  #isOut(): boolean {
    const { nowMs, scenario } = this.#world;
    return scenario.outages.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs + 2 * minuteMs);
  }

  #isUnarmed({ UnarmedUntilMs, OpenedMs, Alarm }: IncidentItem): boolean {
    const { nowMs, scenario } = this.#world;
    const transition = scenario.transitions.get(Alarm)?.find(({ atMs }) => atMs === OpenedMs);
    const isNew = transition?.previous === 'INSUFFICIENT_DATA' && OpenedMs < scenario.configuredMs + armingMs;
    return UnarmedUntilMs !== undefined && !isNew ? false : isNew && nowMs < scenario.configuredMs + armingMs;
  }

  #truth(alarm: DeployedAlarm) {
    return this.#world.scenario.transitions.get(alarm.alarm)?.findLast(({ atMs }) => atMs <= this.#world.nowMs);
  }

  #last({ alarm }: DeployedAlarm): { id: string; item: IncidentItem } | undefined {
    const id = this.#world.store.read<AlarmItem>(`ALARM#${alarm}`)?.Incident;
    const item = id === undefined ? undefined : this.#item(id);
    return id === undefined || item === undefined ? undefined : { id, item };
  }

  #standing(alarm: DeployedAlarm): { id: string; item: IncidentItem } | undefined {
    const last = this.#last(alarm);
    return last === undefined || isEnded(last.item) ? undefined : last;
  }

  #item(id: string): IncidentItem | undefined {
    return this.#world.store.read<IncidentItem>(`INCIDENT#${id}`);
  }

  #incidentsOf(alarm: string): { id: string; item: IncidentItem }[] {
    return this.#world.store
      .scan<IncidentItem>('INCIDENT#')
      .filter(({ item }) => item.Alarm === alarm)
      .map(({ key, item }) => ({ id: key.slice('INCIDENT#'.length), item }));
  }

  #of(incident: string, telling: Telling): Sent[] {
    return this.#sent.filter((sent) => sent.incident === incident && tellingId(sent.telling) === tellingId(telling));
  }

  #report(invariant: IncidentInvariant, detail: string): void {
    this.#world.say(`BROKEN ${invariant}: ${detail}`);
    this.#world.findings.report(invariant, detail);
  }
}
