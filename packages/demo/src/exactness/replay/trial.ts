import { setTimeout as sleep } from 'node:timers/promises';
import type { RunItem } from '@tidemark/core/replay/run';
import { firstTimeline, type TimelineItem } from '@tidemark/core/replay/timeline';
import type { Differences } from '../differences.ts';
import type { Put } from '../figure-differences.ts';
import { Found, type Item } from '../found.ts';
import { Published } from '../published.ts';
import type { SentRecord } from '../sent.ts';
import type { Stack } from '../stack.ts';
import { type FoundItems, World, type WorldOptions } from '../world.ts';
import { Corrections } from './corrections.ts';
import { Hurry } from './hurry.ts';
import { Reports } from './reports.ts';
import { RunCalls, runFunctions } from './run-calls.ts';
import { RunStrikes } from './run-strikes.ts';
import { type Asked, type EndedRun, Runs, type StartedRun, type Workflow } from './runs.ts';
import { Spoiling } from './spoiling.ts';
import { asCounted, trueRows } from './true-rows.ts';

export interface TrialOptions {
  /** Of the ids of runs. */
  readonly seed?: number;
  /** What was put while an earlier engine kept the stream. */
  readonly before?: readonly SentRecord[];
  /** What else is to be known of the source. */
  readonly world?: Pick<WorldOptions, 'asCounted' | 'floorAt' | 'maxSeries'>;
}

/** A watchdog that looks every five minutes, and waits two for calls that are on their way, needs no longer. Engine time in milliseconds. */
const releasedMsMax = 30 * 60_000;

/** One source of a running stack, and the replays, backfills and undos that are made of it. */
export class Trial {
  readonly stack: Stack;
  readonly world: World;
  readonly runs: Runs;
  readonly reports: Reports;
  readonly spoiling: Spoiling;
  readonly published: Published;
  readonly corrections: Corrections;
  readonly hurry: Hurry;
  readonly calls: RunCalls;
  readonly strikes: RunStrikes;
  /** What is known to be in CloudWatch beside what was published and corrected once, by `<metric> <EventName> <minute>`. */
  readonly alsoPut = new Map<string, readonly Put[]>();
  readonly #found: Found;

  constructor(stack: Stack, name: string, { seed = 1, before = [], world = {} }: TrialOptions = {}) {
    const { engine } = stack;
    const source = stack.source(name);
    this.stack = stack;
    this.calls = new RunCalls(engine, source);
    this.strikes = new RunStrikes(engine);
    this.published = new Published(engine);
    this.corrections = new Corrections(engine);
    this.world = new World(engine, source, this.published, {
      ...{ before, asCounted, alsoPut: () => this.#alsoPut() },
      ...world,
    });
    this.runs = new Runs(engine, source, seed);
    this.reports = new Reports(engine, source);
    this.spoiling = new Spoiling(engine, source);
    this.#found = new Found(engine, source);
    const live = [source.count, source.window?.function].filter((each) => each !== undefined);
    const { recount, steps, prune } = runFunctions(engine, source);
    const drained = { 'Drain live counting': live, 'Drain the recount': [recount] };
    this.hurry = new Hurry(engine, this.runs.states, {
      drained,
      steps: [steps, prune],
      land: () => this.strikes.land(),
    });
  }

  close(): void {
    for (const each of [this.world, this.runs, this.reports, this.spoiling, this.#found]) each.close();
  }

  async start(workflow: Workflow, asked: Asked): Promise<StartedRun> {
    this.corrections.begin();
    return this.runs.start(workflow, asked);
  }

  /** Resolves when the execution has ended, whose waits pass at once. */
  end(started: StartedRun): Promise<EndedRun> {
    return this.hurry.while(started.executionArn, this.runs.ended(started));
  }

  async run(workflow: Workflow, asked: Asked): Promise<EndedRun> {
    return this.end(await this.start(workflow, asked));
  }

  /**
   * Resolves when no run has the lock any more, and what is held back has taken effect: when the watchdog has done, which its rules call as time passes. Throws
   * where it never does.
   */
  async released(landed: Promise<void> = Promise.resolve()): Promise<void> {
    const { clock } = this.stack.engine;
    const untilMs = clock.now() + releasedMsMax;
    let hasLanded = false;
    const landing = landed.then(() => {
      hasLanded = true;
    });
    for (;;) {
      await this.#rulesSettled();
      const { Lock } = await this.timeline();
      if (Lock === undefined && hasLanded) return landing;
      if (clock.now() > untilMs) throw new Error(`run ${Lock?.Run} is never let go of: ${JSON.stringify(Lock)}`);
      this.hurry.jump();
    }
  }

  /** Every item of both tables, as it stands there. */
  async items(): Promise<FoundItems> {
    const [partials, control] = await Promise.all([this.#found.partials(), this.#found.control()]);
    return { partials, control };
  }

  /** What an operator is told of a run. Throws where there is none. */
  async item(run: string): Promise<RunItem> {
    const item = (await this.#found.control()).find(({ Item }) => Item === `RUN#${run}`);
    if (item === undefined) throw new Error(`no run ${run}`);
    return item as unknown as RunItem;
  }

  async timeline(): Promise<TimelineItem> {
    const item = (await this.#found.control()).find(({ Item }) => Item === 'TIMELINE');
    return (item ?? firstTimeline) as TimelineItem;
  }

  /** The partials of the true generations, as they stand in the table. */
  async trueRows(): Promise<Item[]> {
    return trueRows(await this.#found.partials(), await this.#found.control());
  }

  /** What no run may leave behind. */
  async remains(): Promise<Differences> {
    const { Lock } = await this.timeline();
    const lock = Lock === undefined ? [] : [`run ${Lock.Run} still has the lock: ${JSON.stringify(Lock)}`];
    const pipes = this.stack.engine.pipes.list().map(({ identity, state }) => `pipe ${identity.name} is ${state}`);
    const held = this.world.streamMappings.flatMap(({ state, options }) =>
      state === 'Enabled' ? [] : [`the mapping of ${options.functionName} is ${state}`],
    );
    return [...lock, ...pipes, ...held, ...this.stack.engineErrors.map(String)];
  }

  /** Everything that is not as what was sent demands, when everything is counted and published; and what was left behind. */
  async differences(): Promise<Differences> {
    const remains = await this.remains();
    if (remains.length > 0) return remains;
    await this.world.settled();
    return [...(await this.world.differences()), ...(await this.world.figureDifferences())];
  }

  /** When every target of a rule has done what it was called for, and nothing that a pipe has begun keeps it from ending. */
  async #rulesSettled(): Promise<void> {
    const { rules, asynchronous, host } = this.stack.engine;
    const { watchdog, recount } = runFunctions(this.stack.engine, this.world.source);
    await rules.settled();
    do await sleep(10);
    while (!asynchronous.isIdle || host.runningOf(watchdog) + host.runningOf(recount) > 0);
  }

  #alsoPut(): ReadonlyMap<string, readonly Put[]> {
    const puts = new Map<string, readonly Put[]>(this.corrections.again());
    for (const [key, also] of this.alsoPut) puts.set(key, [...(puts.get(key) ?? []), ...also]);
    return puts;
  }
}
