import { Random } from '../generate/random.ts';
import { Checks } from './check.ts';
import { checkFinal } from './final.ts';
import { Interventions } from './interventions.ts';
import type { Finding } from './invariants.ts';
import { Findings } from './invariants.ts';
import { Mapping } from './mapping.ts';
import { Network } from './network.ts';
import type { Rules } from './rules.ts';
import { allRules } from './rules.ts';
import { scenarioOf } from './scenario.ts';
import { Store } from './store.ts';
import type { World } from './world.ts';

/** What one seed showed. */
export interface Outcome {
  readonly seed: number;
  /** Empty: every invariant held. */
  readonly broken: readonly Finding[];
  readonly steps: number;
}

/** From here on nothing fails any more, so that the schedule ends. */
const faultlessAfterSteps = 1_500;
const stepsMax = 4_000;

/**
 * Runs one schedule: everything in it follows from the seed and the rules, so that a failing one replays exactly.
 * `trace` is called with each thing that happens.
 */
export function simulate(seed: number, rules: Rules = allRules, trace?: (line: string) => void): Outcome {
  const scenario = scenarioOf(seed);
  const store = new Store();
  const findings = new Findings();
  const checks = new Checks(scenario, store, rules, findings);
  const random = new Random(seed, 2);
  const world: World = { scenario, rules, store, checks, findings, random, nowMs: scenario.startMs, trace };
  const schedule = new Schedule(world);
  if (schedule.run()) {
    checkFinal(scenario, store, rules, checks.expired, findings);
  } else {
    findings.report('drained', `not every record is handled after ${schedule.steps} steps`);
  }
  return { seed, broken: findings.all, steps: schedule.steps };
}

class Schedule {
  steps = 0;
  readonly #world: World;
  readonly #network: Network;
  readonly #mapping: Mapping;
  readonly #interventions: Interventions;

  constructor(world: World) {
    this.#world = world;
    this.#network = new Network(world);
    this.#mapping = new Mapping(world, this.#network);
    this.#interventions = new Interventions(world, this.#network, this.#mapping);
  }

  /** Steps until everything is delivered and nothing is under way; false when that does not come about. */
  run(): boolean {
    const { random } = this.#world;
    for (;;) {
      this.steps += 1;
      if (this.steps === faultlessAfterSteps) {
        this.#network.faults = 0;
      } else if (this.steps > stepsMax) {
        return false;
      }
      this.#world.nowMs += random.integer(400);
      this.#network.passTime();
      this.#interventions.passTime();
      const hasMoved = random.fraction() < 0.2 ? this.#mapping.step() || this.#network.step() : this.#network.step();
      if (!hasMoved && !this.#waitForNext()) {
        return true;
      }
    }
  }

  /** Nothing is under way: goes on to when something can happen, or ends. */
  #waitForNext(): boolean {
    const visibleMs = this.#mapping.isEnabled ? this.#mapping.nextVisibleMs : Number.POSITIVE_INFINITY;
    const nextMs = Math.min(visibleMs, this.#interventions.nextMs, this.#network.nextMs);
    if (nextMs === Number.POSITIVE_INFINITY) {
      return false;
    }
    this.#world.nowMs = Math.max(this.#world.nowMs, nextMs);
    this.#mapping.step();
    return true;
  }
}
