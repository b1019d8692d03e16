import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Engine } from '@tidemark/local/engine';

/** States that wait for what takes wall time: a recount, a delivery. Time must not run away from it. */
const takesWallTime = /: not yet$|: pause$|^Wait for the mapping$|^Wait for the pipe to stop$|^Wait to stop the pipe$/;

/** States that outlast, on AWS, whatever was begun before them. */
const drains = /^Drain /;

export interface HurryOptions {
  /** Functions of which nothing may be under way any more when a drain is over. */
  readonly drained: readonly string[];
  /** Lets calls that are held back take effect: on AWS none is on its way for longer than a drain. */
  readonly land: () => Promise<void>;
}

/**
 * Lets the waits of an execution pass at once: whenever it waits for time alone, the clock jumps to whatever is due next, of anyone. What takes wall time
 * is given its time, and a drain is not over before everything is that it is there for.
 */
export class Hurry {
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
    while (!signal.aborted) {
      const waiting = await this.#waitingState(executionArn);
      if (waiting !== undefined && !takesWallTime.test(waiting)) {
        if (drains.test(waiting)) await this.#drained();
        this.jump();
      }
      await sleep(5);
    }
  }

  /** The state in which the execution waits for time to pass; undefined where it does something. */
  async #waitingState(executionArn: string): Promise<string | undefined> {
    const latest = { executionArn, reverseOrder: true, maxResults: 1 };
    const { events = [] } = await this.#states.send(new GetExecutionHistoryCommand(latest));
    const [last] = events;
    return last?.type === 'WaitStateEntered' ? last.stateEnteredEventDetails?.name : undefined;
  }

  async #drained(): Promise<void> {
    await this.#options.land();
    const isBusy = () => this.#options.drained.some((name) => this.#engine.host.runningOf(name) > 0);
    while (isBusy()) await sleep(2);
  }
}
