import { Random } from '../../generate/random.ts';
import type { Hold } from '../../incidents/change.ts';
import type { Holds } from '../../incidents/hold.ts';
import { holdOf } from '../../incidents/hold.ts';
import type { EscalationPlan } from '../../incidents/plan.ts';
import { escalationPlan } from '../../incidents/plan.ts';
import type { DeployedAlarm } from '../../incidents/settings.ts';
import type { EscalateInput } from '../../incidents/steps.ts';
import type { RunLock } from '../../replay/lock.ts';
import { Findings } from '../invariants.ts';
import { Checks } from './checks/checks.ts';
import type { Deployment } from './deployments.ts';
import type { IncidentInvariant } from './invariants.ts';
import { startMs } from './moments.ts';
import type { Pause } from './processes.ts';
import { Processes } from './processes.ts';
import type { IncidentRules } from './rules.ts';
import type { IncidentScenario, Span } from './scenario.ts';
import { Store } from './store.ts';
import { Truth } from './truth.ts';

/** How an execution ended, or that it has not. */
export type Execution = 'running' | 'stopped' | 'succeeded';

/** Everything that a schedule holds. */
export class World {
  readonly scenario: IncidentScenario;
  readonly rules: IncidentRules;
  readonly random: Random;
  readonly processes: Processes;
  readonly findings = new Findings<IncidentInvariant>();
  readonly checks: Checks;
  readonly truth: Truth;
  readonly store: Store;
  readonly executions = new Map<string, Execution>();
  /** Calls that may still fail, and faults so far: killed executions are such, too. */
  faultsLeft: number;
  faults = 0;
  provokedLeft: number;
  /** Starts an execution; lets somebody answer. */
  start: (name: string, input: EscalateInput) => void = unset;
  answer: (alarm: string, kind: 'acknowledge' | 'resolve') => void = unset;
  readonly #trace: ((line: string) => void) | undefined;
  readonly #plans = new Map<string, EscalationPlan>();
  #numbers = 0;

  constructor(
    seed: number,
    scenario: IncidentScenario,
    rules: IncidentRules,
    trace: ((line: string) => void) | undefined,
  ) {
    this.scenario = scenario;
    this.rules = rules;
    this.random = new Random(seed, 2);
    this.processes = new Processes(startMs, this.random);
    this.faultsLeft = scenario.faults;
    this.provokedLeft = scenario.provoked;
    this.#trace = trace;
    this.truth = new Truth(scenario, this);
    this.store = new Store(rules.versions, (key, before, after) => this.checks.written(key, before, after));
    this.checks = new Checks(this);
  }

  get nowMs(): number {
    return this.processes.nowMs;
  }

  say(line: string): void {
    this.#trace?.(`${new Date(this.nowMs).toISOString()} ${line}`);
  }

  /** One that nothing else has. */
  unique(word: string): string {
    this.#numbers += 1;
    return `${word}-${this.#numbers}`;
  }

  /** As it is deployed now. */
  plan(alarm: DeployedAlarm): EscalationPlan {
    return this.#planOf(this.truth.deployment, alarm);
  }

  /** As it is, was, or will be deployed. */
  plans(alarm: DeployedAlarm): EscalationPlan[] {
    return this.scenario.deployments.map((deployment) => this.#planOf(deployment, alarm));
  }

  #planOf(deployment: Deployment, { severity }: DeployedAlarm): EscalationPlan {
    const key = `${deployment.atMs} ${severity}`;
    const { settings } = deployment;
    const joinWithinMs = this.rules.flapsJoin ? settings.joinWithinMs : 0;
    const raiseAgainAfterMs = this.rules.raisedAgain ? settings.raiseAgainAfterMs : Number.MAX_SAFE_INTEGER / 4;
    const plan = this.#plans.get(key) ?? escalationPlan({ ...settings, joinWithinMs, raiseAgainAfterMs }, severity);
    this.#plans.set(key, plan);
    return plan;
  }

  /** Whether the functions know the alarm. */
  isDeployed({ alarm }: DeployedAlarm): boolean {
    return !this.rules.removedAlarms || this.truth.isDeployed(alarm);
  }

  /** What the functions find that holds an alarm. */
  hold(alarm: DeployedAlarm): Hold | undefined {
    if (!this.rules.holds) return undefined;
    const { nowMs, scenario } = this;
    const run = scenario.runs.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
    const holds: Holds = {
      silences: scenario.silences.filter(({ endedMs }) => nowMs < endedMs),
      maintenance: this.truth.deployment.settings.maintenance,
      runs: scenario.runs.flatMap(({ toMs }) =>
        toMs <= nowMs ? [{ run: 'replay', item: { HeldUntilMs: toMs } }] : [],
      ),
      ...(run === undefined ? {} : { lock: lockOf(run) }),
    };
    return holdOf(alarm, holds, nowMs);
  }

  alarmOf(name: string): DeployedAlarm {
    const alarm = this.scenario.alarms.find((each) => each.alarm === name);
    if (alarm === undefined) throw new Error(`no alarm ${name}`);
    return alarm;
  }

  /** Others may come between now, for as long as a request takes. */
  turn(): Pause {
    return { atMs: this.random.fraction() < 0.3 ? this.nowMs + this.random.integer(1_500) : this.nowMs };
  }

  /** Whether a call fails here. */
  fails(call: string): boolean {
    const { calmMs, fragile, failing } = this.scenario;
    if (this.faultsLeft === 0 || this.nowMs >= calmMs || (fragile === 'send' && !call.startsWith('send'))) return false;
    if (this.random.integer(100) >= failing) return false;
    this.faultsLeft -= 1;
    this.faults += 1;
    return true;
  }
}

function unset(): never {
  throw new Error('the world is not set up');
}

function lockOf({ fromMs }: Span): RunLock {
  const Held = [{ Consumer: 'count', Mapping: 'mapping' }] as const;
  return {
    ...{ Run: 'replay', Kind: 'replay', Execution: 'arn', SinceMs: fromMs, Stage: 'holding' },
    Held,
    HeldMs: fromMs,
  };
}
