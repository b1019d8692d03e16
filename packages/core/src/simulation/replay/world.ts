import { Random } from '../../generate/random.ts';
import { Findings } from '../invariants.ts';
import { Mapping } from '../mapping.ts';
import type { Instance } from '../memory.ts';
import { Network } from '../network.ts';
import type { Rules } from '../rules.ts';
import { allRules } from '../rules.ts';
import type { CountingWorld } from '../world.ts';
import { Archive } from './archive.ts';
import { ReplayChecks } from './checks.ts';
import { EventSource } from './event-source.ts';
import type { Execution } from './execution.ts';
import type { ReplayInvariant } from './invariants.ts';
import { liveFunction } from './live.ts';
import { Pipes } from './pipes.ts';
import { Exports } from './prune/exports.ts';
import { Publisher } from './prune/publisher.ts';
import type { ReplayRules } from './rules.ts';
import type { ReplayScenario } from './scenario.ts';
import { replayScenarioOf } from './scenario.ts';
import { ReplayStore } from './store.ts';
import { Stream } from './stream.ts';
import { Timers } from './timers.ts';
import { Truth } from './truth.ts';

/** What the parts of one simulation of replays have in common. */
export class ReplayWorld implements CountingWorld {
  readonly scenario: ReplayScenario;
  /** The rules of counting hold here too, all of them: its own simulation switches them off. */
  readonly rules: Rules & ReplayRules;
  readonly store = new ReplayStore();
  readonly findings = new Findings<ReplayInvariant>();
  readonly stream: Stream;
  readonly truth: Truth;
  readonly checks: ReplayChecks;
  readonly timers: Timers;
  readonly network: Network;
  /** The mapping of live counting. */
  readonly live: EventSource;
  readonly pipes: Pipes;
  readonly archive: Archive;
  readonly exports = new Exports();
  /** By their ARNs. */
  readonly executions = new Map<string, Execution>();
  /** Sandboxes of the recount function: one function, whichever pipe invokes it. */
  readonly recountInstances: Instance[] = [];
  /** Every choice made while it runs comes from here, in one order: a seed replays exactly. */
  readonly random: Random;
  nowMs: number;
  /** Called with what happens, when someone wants to read it. */
  readonly trace: ((line: string) => void) | undefined;

  constructor(seed: number, rules: ReplayRules, trace: ((line: string) => void) | undefined) {
    const scenario = replayScenarioOf(seed);
    const { shards, retentionMs, keptLongerMs, windowMs } = scenario;
    this.scenario = scenario;
    this.rules = { ...allRules, ...rules };
    this.random = new Random(seed, 2);
    this.nowMs = scenario.startMs;
    this.trace = trace;
    this.stream = new Stream(shards, retentionMs + keptLongerMs, this);
    this.truth = new Truth(scenario, this.store, this.stream);
    this.checks = new ReplayChecks(scenario, this.store, this.truth, this.findings);
    this.timers = new Timers(this);
    this.network = new Network(this);
    const horizon = (place: number): number => this.stream.horizon(place);
    const mapping = new Mapping(this, this.network, liveFunction(this), {
      begin: () => 0,
      horizon,
      windowMs,
      backoffMsMax: 0,
      paceMsMax: 0,
    });
    this.live = new EventSource(this, mapping);
    this.pipes = new Pipes(this);
    this.archive = new Archive(scenario, this);
    const publisher = new Publisher(this);
    this.store.isPublished = (key) => publisher.takes(key);
  }
}
