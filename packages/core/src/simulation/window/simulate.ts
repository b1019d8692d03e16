import { Random } from '../../generate/random.ts';
import { Findings } from '../invariants.ts';
import { Network } from '../network.ts';
import { allRules } from '../rules.ts';
import type { StepLimits } from '../schedule.ts';
import { Schedule } from '../schedule.ts';
import type { Outcome } from '../search.ts';
import { WindowChecks } from './check.ts';
import { checkFinalWindows } from './final.ts';
import { Interventions } from './interventions.ts';
import type { WindowInvariant } from './invariants.ts';
import { WindowMapping } from './mapping.ts';
import { Reference } from './reference.ts';
import type { WindowRules } from './rules.ts';
import { allWindowRules } from './rules.ts';
import { windowScenarioOf } from './scenario.ts';
import { WindowStore } from './store.ts';
import { Stream } from './stream.ts';
import type { WindowWorld } from './world.ts';

const limits: StepLimits = { faultlessAfter: 2_000, max: 6_000 };

/**
 * Runs one schedule: everything in it follows from the seed and the rules, so that a failing one replays exactly.
 * `trace` is called with each thing that happens.
 */
export function simulateWindows(
  seed: number,
  windowRules: WindowRules = allWindowRules,
  trace?: (line: string) => void,
): Outcome<WindowInvariant> {
  const scenario = windowScenarioOf(seed);
  const rules = { ...allRules, ...windowRules };
  const store = new WindowStore();
  const reference = new Reference(scenario);
  const findings = new Findings<WindowInvariant>();
  const world: WindowWorld = {
    scenario,
    rules,
    store,
    stream: new Stream(scenario.shards),
    checks: new WindowChecks(scenario, store, reference, rules, findings),
    findings,
    random: new Random(seed, 2),
    nowMs: scenario.startMs,
    calm: !scenario.tumbling.closingsVary,
    trace,
  };
  const network = new Network(world);
  const mapping = new WindowMapping(world, network);
  const interventions = new Interventions(world, network, mapping);
  const schedule = new Schedule({ world, network, mapping, interventions }, limits);
  if (schedule.run()) {
    checkFinalWindows(world, reference);
  } else {
    findings.report('drained', `not every record is handled after ${schedule.steps} steps`);
  }
  return { seed, broken: findings.all, steps: schedule.steps };
}
