import { Random } from '../generate/random.ts';
import { Checks } from './check.ts';
import { countFunction } from './counting.ts';
import { checkFinal } from './final.ts';
import { Interventions } from './interventions.ts';
import type { Invariant } from './invariants.ts';
import { Findings } from './invariants.ts';
import { Mapping } from './mapping.ts';
import { Network } from './network.ts';
import type { Rules } from './rules.ts';
import { allRules } from './rules.ts';
import { scenarioOf } from './scenario.ts';
import type { StepLimits } from './schedule.ts';
import { Schedule } from './schedule.ts';
import type { Outcome } from './search.ts';
import { Store } from './store.ts';
import type { World } from './world.ts';

const limits: StepLimits = { faultlessAfter: 1_500, max: 4_000 };

/**
 * Runs one schedule: everything in it follows from the seed and the rules, so that a failing one replays exactly.
 * `trace` is called with each thing that happens.
 */
export function simulate(seed: number, rules: Rules = allRules, trace?: (line: string) => void): Outcome<Invariant> {
  const scenario = scenarioOf(seed);
  const store = new Store();
  const findings = new Findings();
  const checks = new Checks(scenario, store, rules, findings);
  const random = new Random(seed, 2);
  const world: World = { scenario, rules, store, checks, findings, random, nowMs: scenario.startMs, trace };
  const network = new Network(world);
  const mapping = new Mapping(world, network, countFunction(world));
  const interventions = new Interventions(world, network, mapping);
  const schedule = new Schedule({ world, network, mapping, interventions }, limits);
  if (schedule.run()) {
    checkFinal(scenario, store, rules, checks.expired, findings);
  } else {
    findings.report('drained', `not every record is handled after ${schedule.steps} steps`);
  }
  return { seed, broken: findings.all, steps: schedule.steps };
}
