import type { StepLimits } from '../schedule.ts';
import { Schedule } from '../schedule.ts';
import type { Outcome } from '../search.ts';
import { checkFinalReplays } from './final.ts';
import { Interventions } from './interventions.ts';
import type { ReplayInvariant } from './invariants.ts';
import { partialKeyOf } from './partial-keys.ts';
import type { ReplayRules } from './rules.ts';
import { allReplayRules } from './rules.ts';
import { Watchdog } from './watchdog.ts';
import { ReplayWorld } from './world.ts';

const limits: StepLimits = { faultlessAfter: 4_000, max: 12_000 };

/**
 * Runs one schedule: everything in it follows from the seed and the rules, so that a failing one replays exactly.
 * `trace` is called with each thing that happens.
 */
export function simulateReplays(
  seed: number,
  rules: ReplayRules = allReplayRules,
  trace?: (line: string) => void,
): Outcome<ReplayInvariant> {
  const world = new ReplayWorld(seed, rules, trace);
  const { network, timers, live, pipes, store, checks, random, findings } = world;
  const watchdog = new Watchdog(world);
  store.onTimeline = (before, after) => {
    checks.timelineChanged(before, after, world.nowMs);
    // The watchdog's turns that nobody has the lock in change nothing.
    if (after.Lock !== undefined) {
      watchdog.await();
    }
  };
  store.onCounted = (key, writer) => {
    checks.counted(partialKeyOf(key).generation, writer, world.nowMs);
  };
  new Interventions(world, watchdog).begin();
  const mapping = {
    isEnabled: true,
    get nextMs(): number {
      return Math.min(live.nextMs, pipes.nextMs);
    },
    step: (): boolean => (random.fraction() < 0.5 ? live.step() || pipes.step() : pipes.step() || live.step()),
  };
  const schedule = new Schedule({ world, network, mapping, interventions: timers }, limits);
  if (schedule.run()) {
    checkFinalReplays(world);
  } else {
    findings.report('drained', `not everything has come to an end after ${schedule.steps} steps`);
  }
  return { seed, broken: findings.all, steps: schedule.steps };
}
