import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Engine } from '@tidemark/local/engine';

/** States that wait for a recount, which takes wall time: time must not run away from it. How much they are given at most, each time, in milliseconds. */
const waitsForRecount = /: (not yet|pause)$/;
const recountMsMax = 1000;

/** States that wait for deliveries that run to end. How much wall time they are given, each time, in milliseconds. */
const waitsForDeliveries = /^Wait (for the mapping|for the pipe to stop|to stop the pipe)$/;
const deliveriesMs = 100;

const pollMs = 15;
const wakeLooksMax = 4;
const quietLooks = 8;

interface Latest {
  /** The last event of the history. */
  readonly event: number;
  /** The state that was entered with it, if one was. */
  readonly state: string;
  readonly isWaiting: boolean;
}

export interface HurryOptions {
  /** By the states that, on AWS, outlast whatever was begun before them: functions of which nothing may be under way any more then. */
  readonly drained: Readonly<Record<string, readonly string[]>>;
  /** The functions of the steps: while one runs the execution does something. */
  readonly steps: readonly string[];
  /** Lets calls that are held back take effect: on AWS none is on its way for longer than a drain. */
  readonly land: () => Promise<void>;
}

/**
 * Lets the waits of an execution pass at once: whenever it waits for time alone, the clock jumps to whatever is due next, of anyone. What takes wall time
 * is given its time, and a drain is not over before everything is that it is there for.
 */
export class Hurry {
  /** Called, and awaited, for what an execution does next; not for all of it. `state`: that is being entered, if one is. */
  onStep: (state: string) => Promise<void> = async () => {};
  readonly #engine: Engine;
  readonly #states: SFNClient;
  readonly #options: HurryOptions;

  constructor(engine: Engine, states: SFNClient, options: HurryOptions) {
    this.#engine = engine;
    this.#states = states;
    this.#options = options;
  }

  /** Until `work` is done, which the execution does, or waits for. */
  async while<Result>(executionArn: string, work: Promise<Result>): Promise<Result> {
    const ended = new AbortController();
    const result = work.finally(() => ended.abort());
    const hurrying = this.#hurry(executionArn, ended.signal);
    await Promise.all([result, hurrying]);
    return result;
  }

  /** To whatever is due next, of anyone. */
  jump(): void {
    const { clock } = this.#engine;
    const ms = clock.nextDueMs - clock.now();
    if (Number.isFinite(ms)) clock.advance(Math.max(0, ms));
  }

  async #hurry(executionArn: string, signal: AbortSignal): Promise<void> {
    let seen = 0;
    let looks = 0;
    while (!signal.aborted) {
      const { event, state, isWaiting } = await this.#latest(executionArn);
      looks = event === seen ? looks + 1 : 0;
      if (event !== seen) await this.onStep(state);
      seen = event;
      // Of branches that run side by side one may wait while the last that was heard is from another.
      const isQuiet = looks > quietLooks && !this.#isStepping();
      if ((isWaiting || isQuiet) && !signal.aborted) {
        if (waitsForRecount.test(state)) await this.#caughtUp();
        if (waitsForDeliveries.test(state)) await sleep(deliveriesMs);
        await this.#drained(this.#options.drained[state]);
        // Unless it has gone on meanwhile.
        if ((await this.#latest(executionArn)).event === event) {
          this.jump();
          await this.#goesOn(executionArn, event, signal);
        }
      }
      await sleep(pollMs);
    }
  }

  #isStepping(): boolean {
    return this.#options.steps.some((name) => this.#engine.host.runningOf(name) > 0);
  }

  /** Gives the execution time to wake: a second jump meanwhile would pass over what it waits for next. It may have been someone else's turn. */
  async #goesOn(executionArn: string, event: number, signal: AbortSignal): Promise<void> {
    for (let look = 0; look < wakeLooksMax && !signal.aborted; look += 1) {
      if ((await this.#latest(executionArn)).event !== event) return;
      await sleep(pollMs);
    }
  }

  /** The last thing that the execution did, and whether it waits for time to pass, in a state for that or to try again. */
  async #latest(executionArn: string): Promise<Latest> {
    const latest = { executionArn, reverseOrder: true, maxResults: 1 };
    const { events = [] } = await this.#states.send(new GetExecutionHistoryCommand(latest));
    const [{ id: event = 0, type = '', stateEnteredEventDetails } = {}] = events;
    const state = stateEnteredEventDetails?.name ?? '';
    return { event, state, isWaiting: /^(WaitStateEntered|Task(Failed|SubmitFailed|TimedOut))$/.test(type) };
  }

  /** When everything that was sent is counted and recounted, by those that may count now; or when that takes long. */
  async #caughtUp(): Promise<void> {
    const { mappings, pipes } = this.#engine;
    const isIdle = () =>
      pipes.isIdle() && mappings.list().every((mapping) => mapping.state !== 'Enabled' || mapping.isIdle());
    await sleep(pollMs);
    for (let waitedMs = 0; waitedMs < recountMsMax && !isIdle(); waitedMs += pollMs) await sleep(pollMs);
  }

  async #drained(functions: readonly string[] | undefined): Promise<void> {
    if (functions === undefined) return;
    await this.#options.land();
    while (functions.some((name) => this.#engine.host.runningOf(name) > 0)) await sleep(2);
  }
}
