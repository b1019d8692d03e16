import type { Random } from '../../generate/random.ts';
import type { DeployedAlarm, EscalationSettings, Severity, TierSettings } from '../../incidents/settings.ts';
import { severities } from '../../incidents/settings.ts';
import { minuteMs, startMs } from './moments.ts';
import type { Span } from './scenario.ts';

/** What is deployed from a moment on. */
export interface Deployment {
  readonly atMs: number;
  readonly settings: EscalationSettings;
  /** Names of the alarms that it makes or changes, and of those that it takes away, for good. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** When its maintenance windows really are. */
  readonly windows: readonly Span[];
}

/** One that is older than the schedule, and sometimes another in the middle of it. */
export function deploymentsOf(
  settings: EscalationSettings,
  alarms: readonly DeployedAlarm[],
  calmMs: number,
  random: Random,
): Deployment[] {
  const names = alarms.map(({ alarm }) => alarm);
  const first = deploymentOf(startMs - random.integer(20) * minuteMs, settings, random);
  const all = [{ ...first, changed: names, removed: [] as string[] }];
  if (random.fraction() < 0.4) {
    const atMs = startMs + random.integer(calmMs - startMs);
    const removed = random.fraction() < 0.5 ? [random.pick(names)] : [];
    const changed = names.filter((name) => !removed.includes(name) && random.fraction() < 0.5);
    all.push({ ...deploymentOf(atMs, fewer(settings, random), random), changed, removed });
  }
  return all;
}

export function settingsOf(random: Random): EscalationSettings {
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

/** Fewer rounds, tiers, repeats and contacts, in the middle of it all. */
function fewer(settings: EscalationSettings, random: Random): EscalationSettings {
  const tiers = settings.tiers.slice(0, 1 + random.integer(settings.tiers.length)).map((tier) => ({
    ...tier,
    repeat: 1,
    notify: tier.notify.slice(0, 1 + random.integer(tier.notify.length)),
  }));
  return { ...settings, tiers, rounds: 1 };
}

/** Every day of the schedule has the same windows; it is over before they come again. */
function deploymentOf(atMs: number, settings: EscalationSettings, random: Random) {
  if (random.fraction() < 0.7) return { atMs, settings, windows: [] };
  const fromMs = startMs + random.integer(150) * minuteMs;
  const forMs = (1 + random.integer(40)) * minuteMs;
  const from = new Date(fromMs);
  const cron = `${from.getUTCMinutes()} ${from.getUTCHours()} * * ? *`;
  const maintenance = [{ cron, zone: 'UTC', forMs }];
  return { atMs, settings: { ...settings, maintenance }, windows: [{ fromMs, toMs: fromMs + forMs }] };
}
