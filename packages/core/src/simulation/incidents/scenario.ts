import { Random } from '../../generate/random.ts';
import type { AlarmState } from '../../incidents/alarm-event.ts';
import type { SilenceItem } from '../../incidents/items.ts';
import type { DeployedAlarm, EscalationSettings, Severity, TierSettings } from '../../incidents/settings.ts';
import { severities } from '../../incidents/settings.ts';

export const minuteMs = 60_000;
export const startMs = Date.parse('2026-11-02T09:00:00Z');
/** How late an event comes at most, unless it comes again. */
const deliveryMsMax = 45_000;

/** What one alarm really does. */
export interface TrueTransition {
  readonly atMs: number;
  readonly state: AlarmState;
  readonly previous: AlarmState;
  readonly previousMs: number;
}

export interface Delivery {
  readonly alarm: DeployedAlarm;
  readonly transition: TrueTransition;
  readonly atMs: number;
}

/** What people do, and what befalls executions. */
export interface Intervention {
  readonly kind: 'acknowledge' | 'resolve' | 'kill';
  readonly alarm: DeployedAlarm;
  readonly atMs: number;
}

/** Everything that a schedule is about, apart from its chances. */
export interface IncidentScenario {
  readonly settings: EscalationSettings;
  readonly alarms: readonly DeployedAlarm[];
  readonly transitions: ReadonlyMap<string, readonly TrueTransition[]>;
  readonly deliveries: readonly Delivery[];
  readonly interventions: readonly Intervention[];
  /** How many answers come just when an execution begins to wait, or to send. */
  readonly provoked: number;
  readonly silences: readonly { readonly id: string; readonly item: SilenceItem }[];
  /** Contacts that cannot be told meanwhile. */
  readonly outages: readonly { readonly contact: string; readonly fromMs: number; readonly toMs: number }[];
  /** When the alarms were deployed. */
  readonly configuredMs: number;
  /** How many calls may fail. */
  readonly faults: number;
  /** From here on nothing happens but what follows. The alarms that are on stay so until `offMs`. */
  readonly calmMs: number;
  readonly offMs: number;
  readonly endMs: number;
}

export function scenarioOf(seed: number): IncidentScenario {
  const random = new Random(seed, 1);
  const isFaulty = random.fraction() < 0.6;
  const settings = settingsOf(random);
  const alarms = Array.from({ length: 1 + random.integer(2) }, (_, index) => alarmOf(index, random));
  const calmMs = startMs + (20 + random.integer(160)) * minuteMs;
  const offMs = calmMs + (random.fraction() < 0.3 ? 1 : 150 + random.integer(60)) * minuteMs;
  const endMs = offMs + 120 * minuteMs;
  const common = transitionsOf(calmMs, offMs, random);
  const transitions = new Map(
    alarms.map(({ alarm }) => [alarm, random.fraction() < 0.7 ? common : transitionsOf(calmMs, offMs, random)]),
  );
  const between = (fromMs: number, toMs: number) => fromMs + random.integer(Math.max(1, toMs - fromMs));
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: random.integer(most + 1) }, make);
  const when = () => between(startMs, calmMs);
  const contacts = settings.tiers.flatMap(({ notify }) => notify);
  return {
    ...{ settings, alarms, transitions, calmMs, offMs, endMs },
    deliveries: alarms.flatMap((alarm) =>
      (transitions.get(alarm.alarm) ?? []).flatMap((transition) => deliveriesOf(alarm, transition, random)),
    ),
    interventions: [
      ...some(4, () => ({ kind: 'acknowledge' as const, alarm: random.pick(alarms), atMs: when() })),
      ...some(2, () => ({ kind: 'resolve' as const, alarm: random.pick(alarms), atMs: when() })),
      ...some(isFaulty ? 3 : 0, () => ({ kind: 'kill' as const, alarm: random.pick(alarms), atMs: when() })),
    ],
    provoked: random.integer(4),
    silences: some(random.integer(3), () => {
      const FromMs = when();
      const ToMs = FromMs + (1 + random.integer(40)) * minuteMs;
      return { id: `silence-${FromMs}`, item: { FromMs, ToMs, Reason: 'moving', By: 'ada' } };
    }),
    outages: some(isFaulty ? 2 : 0, () => {
      const fromMs = when();
      return { contact: random.pick(contacts), fromMs, toMs: fromMs + random.integer(25) * minuteMs };
    }),
    configuredMs: startMs - random.integer(20) * minuteMs,
    faults: isFaulty ? 1 + random.integer(8) : 0,
  };
}

function settingsOf(random: Random): EscalationSettings {
  const tiers: TierSettings[] = Array.from({ length: 1 + random.integer(3) }, (_, index) => ({
    notify: [`email:tier${index}@example.org`, ...(random.fraction() < 0.5 ? ['email:all@example.org'] : [])],
    acknowledgeWithinMs: (1 + random.integer(6)) * minuteMs,
    repeat: 1 + random.integer(2),
    // The first one hears of everything.
    severities: index === 0 || random.fraction() < 0.7 ? severities : (['critical'] satisfies Severity[]),
    ...(index > 0 && random.fraction() < 0.3
      ? { hours: { days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 660, zone: 'Europe/Berlin' } }
      : {}),
  }));
  return {
    tiers,
    rounds: 1 + random.integer(2),
    raiseAgainAfterMs: 60 * minuteMs,
    gatherMs: 20_000,
    joinWithinMs: 15 * minuteMs,
    maintenance: [],
  };
}

function alarmOf(index: number, random: Random): DeployedAlarm {
  return {
    ...{ alarm: `shop-web-alarm ${index}`, source: 'web', name: `alarm ${index}`, severity: random.pick(severities) },
    ...{ summary: 'page view below 5 in 1m', runbook: 'alarm-a-series' },
  };
}

/** Off, on, off, at times without data; in the end on until `offMs`, or off. */
function transitionsOf(calmMs: number, offMs: number, random: Random): TrueTransition[] {
  const found: TrueTransition[] = [];
  let previous: AlarmState = 'INSUFFICIENT_DATA';
  let previousMs = startMs - 60 * minuteMs;
  const go = (state: AlarmState, atMs: number) => {
    if (state === previous) return;
    found.push({ atMs, state, previous, previousMs });
    [previous, previousMs] = [state, atMs];
  };
  let atMs = startMs;
  for (;;) {
    // Minutes, or what is shorter than the delivery of an event.
    atMs += random.fraction() < 0.2 ? 1 + random.integer(30_000) : random.integer(20 * minuteMs) + 1;
    if (atMs >= calmMs) break;
    go(random.pick(['ALARM', 'ALARM', 'OK', 'OK', 'INSUFFICIENT_DATA'] as const), atMs);
  }
  if (random.fraction() < 0.8) go('ALARM', calmMs);
  go('OK', offMs);
  return found;
}

/** At least once, now and then again, and again much later. */
function deliveriesOf(alarm: DeployedAlarm, transition: TrueTransition, random: Random): Delivery[] {
  const first = random.fraction() < 0.3 ? 0 : random.integer(deliveryMsMax);
  const times = [first];
  if (random.fraction() < 0.4) times.push(random.fraction() < 0.5 ? first : random.integer(deliveryMsMax));
  if (random.fraction() < 0.15) times.push(random.integer(50 * minuteMs));
  return times.map((afterMs) => ({ alarm, transition, atMs: transition.atMs + afterMs }));
}
