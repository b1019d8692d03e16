import type { Hold, TickChange } from './change.ts';
import { laterHold, unarmed } from './hold.ts';
import { changed, failedAgainMs, stillToHear } from './incident.ts';
import type { IncidentItem, LogEntry, Telling, TellingKind } from './items.ts';
import type { EscalationPlan } from './plan.ts';
import { planStep } from './plan.ts';
import { isSettled, recovered } from './telling.ts';

/** No wait is longer: what has changed in the configuration meanwhile then holds. Milliseconds. */
const waitMsMax = 24 * 60 * 60 * 1000;

/**
 * What the execution of an incident is to do next, by the item alone. Whatever happened meanwhile, and whoever else asks at the same time, the answer is
 * right: nothing that was decided earlier is gone by. `hold`: what holds the alarm back now (`holdOf`).
 */
export function tick(item: IncidentItem, plan: EscalationPlan, nowMs: number, hold?: Hold): TickChange {
  const change = decide(item, { plan, nowMs, holding: laterHold(hold, unarmed(item), nowMs) });
  // What was decided step by step is written at once.
  return change.item === item ? change : { ...change, item: { ...change.item, Version: item.Version + 1 } };
}

interface Current {
  readonly plan: EscalationPlan;
  readonly nowMs: number;
  readonly holding: Hold | undefined;
}

function decide(item: IncidentItem, current: Current): TickChange {
  const { nowMs, holding } = current;
  switch (item.Status) {
    case 'recovered':
    case 'resolved':
      return ended(item, current);
    case 'settling':
      return settling(item, current);
    case 'held':
      return holding === undefined
        ? open(released(item, nowMs), current)
        : wait(held(item, holding, nowMs), holding.untilMs, nowMs);
    case 'acknowledged':
      return acknowledged(item, current);
    case 'unanswered':
      return nowMs < item.DueMs ? wait(item, item.DueMs, nowMs) : open(raised(item, nowMs), current);
    case 'open':
      return open(item, current);
  }
}

/** Tiers are told, one after the other, each when it is due. */
function open(item: IncidentItem, { plan, nowMs, holding }: Current): TickChange {
  if (holding !== undefined) return wait(held(item, holding, nowMs), holding.untilMs, nowMs);
  if (item.DueMs > nowMs) return wait(item, item.DueMs, nowMs);
  // Whoever is added to the configuration is told within a day.
  if (plan.entries.length === 0) return wait(item, nowMs + plan.raiseAgainAfterMs, nowMs);
  const step = planStep(plan, item, nowMs);
  if (step.kind === 'wait') return wait(item, step.untilMs, nowMs);
  if (step.kind === 'tell') {
    const { round, tier, repeat, contacts } = step.entry;
    const telling = tellingOf(item, 'page', { Round: round, Tier: tier, Repeat: repeat });
    return tell(
      noted(
        item,
        step.passedOver.map(({ tier }) => tier),
        nowMs,
      ),
      telling,
      contacts,
    );
  }
  // That nobody answered can be said where somebody was told.
  if (item.Reached) return tell(item, tellingOf(item, 'last-word', item), plan.contacts);
  const again = { ...raised(item, nowMs), DueMs: nowMs + failedAgainMs };
  return wait(again, again.DueMs, nowMs);
}

function acknowledged(item: IncidentItem, current: Current): TickChange {
  const { plan, nowMs } = current;
  const { Acknowledged } = item;
  // Said by a clock that is ahead: that one must not decide when it is raised.
  if (Acknowledged !== undefined && Acknowledged.AtMs > nowMs) {
    return acknowledged(changed(item, { Acknowledged: { ...Acknowledged, AtMs: nowMs } }), current);
  }
  const raiseMs = (Acknowledged?.AtMs ?? nowMs) + plan.raiseAgainAfterMs;
  return nowMs < raiseMs ? wait(item, raiseMs, nowMs) : open(raised(item, nowMs), current);
}

function settling(item: IncidentItem, { plan, nowMs }: Current): TickChange {
  if (!isSettled(item, plan.joinWithinMs, nowMs)) return wait(item, (item.OffMs ?? nowMs) + plan.joinWithinMs, nowMs);
  if (stillToHear(item).length === 0) return { item: recovered(item, nowMs), effects: [], next: { kind: 'end' } };
  return tell(item, tellingOf(item, 'end', item), stillToHear(item));
}

function ended(item: IncidentItem, { nowMs }: Current): TickChange {
  const contacts = stillToHear(item);
  if (contacts.length === 0) return { item: withoutToken(item), effects: [], next: { kind: 'end' } };
  // After a failure.
  if ((item.EndTries ?? 0) > 0 && item.DueMs > nowMs) return wait(item, item.DueMs, nowMs);
  return tell(item, tellingOf(item, 'end', item), contacts);
}

/** Nobody is told any more, for now. */
function held(item: IncidentItem, { untilMs, because }: Hold, nowMs: number): IncidentItem {
  if (item.Status === 'held' && item.HeldUntilMs === untilMs && item.HeldBecause === because) return item;
  const log: LogEntry[] = item.Status === 'held' ? [] : [{ AtMs: nowMs, Kind: 'held', Text: because }];
  return changed(item, { Status: 'held', HeldUntilMs: untilMs, HeldBecause: because }, log);
}

/** What held it is over, and the alarm is still on: from the first tier, for those who were told before were let off. */
function released(item: IncidentItem, nowMs: number): IncidentItem {
  const open = { Status: 'open', HeldUntilMs: undefined, HeldBecause: undefined, DueMs: nowMs } as const;
  const again = item.Round === 0 ? {} : firstPlace(item);
  return changed(item, { ...open, ...again }, [{ AtMs: nowMs, Kind: 'released' }]);
}

/** Once more from the first tier. */
function raised(item: IncidentItem, nowMs: number): IncidentItem {
  const change = { Status: 'open', Acknowledged: undefined, DueMs: nowMs, ...firstPlace(item) } as const;
  return changed(item, change, [{ AtMs: nowMs, Kind: 'raised' }]);
}

function firstPlace({ Raise }: IncidentItem) {
  return { Raise: Raise + 1, Round: 0, Tier: 0, Repeat: 0, Reached: false };
}

function tellingOf(
  { Raise, EndTries = 0 }: IncidentItem,
  Kind: TellingKind,
  { Round, Tier, Repeat }: Pick<Telling, 'Round' | 'Tier' | 'Repeat'>,
): Telling {
  return { Kind, Raise, Round, Tier, Repeat, Try: Kind === 'end' ? EndTries : 0 };
}

function tell(item: IncidentItem, telling: Telling, contacts: readonly string[]): TickChange {
  return { item: withoutToken(item), effects: [], next: { kind: 'tell', telling, contacts } };
}

/**
 * Every wait has a step of its own: a token that is put for an earlier one comes too late, and ends at once. Whoever asks twice, or late, is answered with the
 * wait that stands, so that nobody takes the token from an execution that waits; it may end early, and then the execution asks again.
 */
function wait(item: IncidentItem, untilMs: number, nowMs: number): TickChange {
  const boundedMs = Math.min(untilMs, nowMs + waitMsMax);
  const { Step, UntilMs } = item;
  if (UntilMs !== undefined && nowMs < UntilMs && UntilMs <= boundedMs) {
    return { item, effects: [], next: { kind: 'wait', step: Step, untilMs: UntilMs } };
  }
  const next = changed(item, { Step: item.Step + 1, UntilMs: boundedMs, Token: undefined });
  return { item: next, effects: [], next: { kind: 'wait', step: next.Step, untilMs: boundedMs } };
}

/** The execution goes on: the wait that had the token is over. */
function withoutToken(item: IncidentItem): IncidentItem {
  return item.Token === undefined && item.UntilMs === undefined
    ? item
    : changed(item, { Token: undefined, UntilMs: undefined });
}

/** Each tier that is passed over is noted once a raise: the place does not go past it until somebody is told. */
function noted(item: IncidentItem, tiers: readonly number[], nowMs: number): IncidentItem {
  const seen = (tier: number) =>
    item.Log.some(({ Kind, Tier, AtMs }) => Kind === 'passed-over' && Tier === tier && AtMs >= item.DueMs);
  const fresh = [...new Set(tiers)].filter((tier) => !seen(tier));
  return fresh.length === 0
    ? item
    : changed(
        item,
        {},
        fresh.map((Tier) => ({ AtMs: nowMs, Kind: 'passed-over', Tier })),
      );
}
