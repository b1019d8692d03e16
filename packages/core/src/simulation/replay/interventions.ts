import { abort } from '../../replay/lock.ts';
import type { RunRequest } from '../../replay/run.ts';
import { runId } from '../../replay/run.ts';
import { changeCap, decide } from '../decide.ts';
import { timeoutMs } from '../world.ts';
import type { RunContext } from './control.ts';
import { changeTimeline, readTimeline } from './control.ts';
import { damage } from './damage.ts';
import { Execution } from './execution.ts';
import { machineOf } from './machine.ts';
import { pruneMachineOf } from './prune/machine.ts';
import { Reader } from './reader.ts';
import type { ReplayIntervention } from './scenario.ts';
import type { Step } from './step.ts';
import { RunningStep } from './step.ts';
import type { Watchdog } from './watchdog.ts';
import type { ReplayWorld } from './world.ts';

/** What operators, deployments, strangers and AWS do. */
export class Interventions {
  readonly #world: ReplayWorld;
  readonly #watchdog: Watchdog;
  readonly #readers: readonly Reader[];
  #hasRestored = false;

  constructor(world: ReplayWorld, watchdog: Watchdog) {
    this.#world = world;
    this.#watchdog = watchdog;
    this.#readers = [new Reader(world), new Reader(world)];
  }

  begin(): void {
    const { scenario, timers } = this.#world;
    for (const intervention of scenario.interventions) {
      timers.at(intervention.atMs, () => this.#intervene(intervention));
    }
  }

  #intervene(intervention: ReplayIntervention): void {
    const world = this.#world;
    world.trace?.(`intervention: ${JSON.stringify(intervention)}`);
    switch (intervention.kind) {
      case 'cap':
        decide(world, world.network, changeCap(world, intervention.maxSeries));
        break;
      case 'stall':
        world.live.stall(true);
        world.timers.in(intervention.forMs, () => world.live.stall(false));
        break;
      case 'stallPipes':
        world.pipes.isStalled = true;
        world.timers.in(intervention.forMs, () => {
          world.pipes.isStalled = false;
        });
        break;
      case 'disable':
        this.#disable(intervention.forMs);
        break;
      case 'start':
        this.#start(intervention);
        break;
      case 'cancel':
        this.#perform('cancel', this.#cancel());
        break;
      case 'replace':
        this.#replace();
        break;
      case 'damage':
        damage(world, intervention.how);
        break;
      case 'read':
        this.#readers[intervention.reader]?.read();
    }
  }

  /** Only where no run holds it: an operator who meddles with a held counter is beyond help. */
  #disable(forMs: number): void {
    const { live, store, timers, findings } = this.#world;
    if (store.timeline.Lock !== undefined || !live.update(false)) {
      return;
    }
    live.isLeftDisabled = true;
    const enable = (): void => {
      if (store.timeline.Lock !== undefined) {
        timers.in(60_000, enable);
        return;
      }
      if (live.state !== 'Disabled') {
        findings.report('held', `the mapping that an operator disabled is ${live.state}`);
      }
      live.isLeftDisabled = false;
      live.update(true);
    };
    timers.in(forMs, enable);
  }

  #start(start: ReplayIntervention & { readonly kind: 'start' }): void {
    const world = this.#world;
    const run = runId(world.nowMs, world.random.hex(8));
    const switched = [...world.store.runs].filter(([, { Outcome }]) => Outcome === 'switched').map(([id]) => id);
    const undoes = switched.length === 0 ? undefined : world.random.pick(switched);
    if (start.what === 'undo' && undoes === undefined) {
      return;
    }
    const request: RunRequest = {
      run,
      source: 'simulated',
      from: start.fromMs ?? 'trim-horizon',
      ...(start.toMs === undefined ? {} : { toMs: start.toMs }),
      ...(start.keptMs === undefined ? {} : { untilMs: world.nowMs + start.keptMs }),
      verify: start.verify,
      force: start.force,
      ...(start.what === 'undo' && undoes !== undefined ? { undoes } : {}),
    };
    const context: RunContext = { kind: start.what, request, execution: run };
    const isPruner = start.what === 'prune' || start.what === 'restore';
    const machine = isPruner ? pruneMachineOf(world, context, start.cutoffs ?? {}) : machineOf(world, context);
    const execution = new Execution(world, run, machine, () => this.#ended(execution, start));
    world.executions.set(run, execution);
    execution.start();
  }

  /** Another mapping takes the place of that of live counting, and begins at the trim horizon. Only where no run holds it. */
  #replace(): void {
    const { live, store, timers } = this.#world;
    const kind = store.timeline.Lock?.Kind;
    if (kind === 'replay' || kind === 'backfill' || kind === 'undo') {
      timers.in(60_000, () => this.#replace());
    } else {
      live.replace();
    }
  }

  /** EventBridge tells of executions that did not succeed; now and then it does not. */
  #ended({ status }: Execution, { what }: ReplayIntervention & { readonly kind: 'start' }): void {
    const { random, timers, scenario, exports } = this.#world;
    const { restoredNext, restoredNextMsMax } = scenario.prune;
    if (what === 'prune' && exports.counts.size > 0 && restoredNext !== undefined && !this.#hasRestored) {
      this.#hasRestored = true;
      timers.in(random.integer(restoredNextMsMax), () => this.#start(restoredNext));
    }
    if (what === 'prune' && status === 'FAILED') {
      // An operator removes what cannot be read.
      exports.removeDamaged();
    }
    if (status !== 'SUCCEEDED' && this.#world.rules.watchdog && random.fraction() < 0.9) {
      timers.in(random.integer(10_000), () => this.#watchdog.look());
    }
  }

  /** `tidemark replay cancel`: aborts, which a run that has switched refuses; then stops the execution and lets the watchdog look. */
  *#cancel(): Step<void> {
    const world = this.#world;
    const { Lock } = yield* readTimeline(world);
    if (Lock !== undefined) {
      yield* changeTimeline(world, 'cancel', (item) => abort(item, Lock.Run, world.nowMs));
      world.executions.get(Lock.Execution)?.stop();
      if (world.rules.watchdog) {
        this.#watchdog.look();
      }
    }
  }

  #perform(name: string, step: Step<void>): void {
    const { program } = new RunningStep(step);
    this.#world.network.start({ name, program, deadlineMs: this.#world.nowMs + timeoutMs, onEnd: () => undefined });
  }
}
