import { Random } from '../../generate/random.ts';
import type { SilenceItem } from '../../incidents/items.ts';
import type { DeployedAlarm, Severity } from '../../incidents/settings.ts';
import { severities } from '../../incidents/settings.ts';
import type { Deployment } from './deployments.ts';
import { deploymentsOf, settingsOf } from './deployments.ts';
import { minuteMs, sameMomentMs, startMs } from './moments.ts';
import type { Delivery, TrueTransition } from './transitions.ts';
import { deliveriesOf, transitionsOf } from './transitions.ts';

/** What people do, and what befalls executions. */
export interface Intervention {
  readonly kind: 'acknowledge' | 'resolve' | 'kill';
  readonly alarm: DeployedAlarm;
  readonly atMs: number;
}

/** A span of time. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `endedMs`: when somebody takes it away; `ToMs` where nobody does. */
export interface Silence {
  readonly id: string;
  readonly item: SilenceItem;
  readonly endedMs: number;
}

/** Everything that a schedule is about, apart from its chances. */
export interface IncidentScenario {
  readonly alarms: readonly DeployedAlarm[];
  /** What is deployed from when on, ascending. The first was there before the schedule begins. */
  readonly deployments: readonly Deployment[];
  readonly transitions: ReadonlyMap<string, readonly TrueTransition[]>;
  readonly deliveries: readonly Delivery[];
  readonly interventions: readonly Intervention[];
  /** How many answers come just when an execution begins to wait, or to send. */
  readonly provoked: number;
  readonly silences: readonly Silence[];
  /** Runs that hold live counting meanwhile. */
  readonly runs: readonly Span[];
  /** Contacts that cannot be told meanwhile. */
  readonly outages: readonly (Span & { readonly contact: string })[];
  /** By how much CloudWatch's clock is ahead of all others. Milliseconds. */
  readonly skewMs: number;
  /** By how much later, or earlier, CloudWatch describes a transition than its event tells. Milliseconds. */
  readonly describedMs: number;
  /** How many calls may fail, and how many of a hundred requests do until then: those of `send` alone, or any. */
  readonly faults: number;
  readonly fragile: 'send' | 'all';
  readonly failing: number;
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
  const deployments = deploymentsOf(settings, alarms, calmMs, random);
  const transitions = new Map(
    alarms.map(({ alarm }) => {
      const all = random.fraction() < 0.7 ? common : transitionsOf(calmMs, offMs, random);
      const removedMs = deployments.find(({ removed }) => removed.includes(alarm))?.atMs ?? endMs;
      return [alarm, all.filter(({ atMs }) => atMs < removedMs)];
    }),
  );
  const between = (fromMs: number, toMs: number) => fromMs + random.integer(Math.max(1, toMs - fromMs));
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: random.integer(most + 1) }, make);
  const when = () => between(startMs, calmMs);
  const span = (minutesMax: number): Span => {
    const fromMs = when();
    return { fromMs, toMs: fromMs + (1 + random.integer(minutesMax)) * minuteMs };
  };
  const contacts = settings.tiers.flatMap(({ notify }) => notify);
  return {
    ...{ alarms, deployments, transitions, calmMs, offMs, endMs },
    deliveries: alarms.flatMap((alarm) =>
      (transitions.get(alarm.alarm) ?? []).flatMap((transition) => deliveriesOf(alarm, transition, isFaulty, random)),
    ),
    interventions: [
      ...some(4, () => ({ kind: 'acknowledge' as const, alarm: random.pick(alarms), atMs: when() })),
      ...some(2, () => ({ kind: 'resolve' as const, alarm: random.pick(alarms), atMs: when() })),
      ...some(isFaulty ? 3 : 0, () => ({ kind: 'kill' as const, alarm: random.pick(alarms), atMs: when() })),
    ],
    provoked: random.integer(4),
    silences: some(random.integer(3), () => silenceOf(span(40), random)),
    // One run at a time has the lock.
    runs: some(1, () => span(50)),
    outages: some(isFaulty ? 2 : 0, () => ({ ...span(25), contact: random.pick(contacts) })),
    skewMs: random.integer(30_000) - 15_000,
    faults: isFaulty ? 1 + random.integer(8) : 0,
    ...(random.fraction() < 0.4
      ? ({ fragile: 'send', failing: 20 } as const)
      : ({ fragile: 'all', failing: 4 } as const)),
    describedMs: random.integer(2 * sameMomentMs - 1) - (sameMomentMs - 1),
  };
}

/** Some are set for the whole day, and taken away when they are no longer needed. */
function silenceOf({ fromMs: FromMs, toMs }: Span, random: Random): Silence {
  const ToMs = random.fraction() < 0.5 ? toMs : FromMs + 24 * 60 * minuteMs;
  return { id: `silence-${FromMs}`, item: { FromMs, ToMs, Reason: 'moving', By: 'ada' }, endedMs: toMs };
}

function alarmOf(index: number, random: Random): DeployedAlarm {
  return {
    ...{ alarm: `shop-web-alarm ${index}`, source: 'web', name: `alarm ${index}` },
    severity: random.pick<Severity>(severities),
    ...{ summary: 'page view below 5 in 1m', runbook: 'alarm-a-series' },
  };
}
