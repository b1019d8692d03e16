import type { Chaos } from '../../sources/chaos.ts';
import type { DrainOptions } from '../../sources/drains.ts';
import { whyNotRunnable } from './access.ts';
import type { GivenPipe, PipeDefinition } from './definition.ts';
import type { PipeIdentity } from './identity.ts';
import type { PipeEvent } from './pipe-event.ts';
import { Polling, type PollingOptions } from './polling.ts';
import { type DesiredState, isPassing, type PipeState } from './state.ts';

export interface PipeOptions extends Omit<PollingOptions, 'chaos' | 'observe'> {
  readonly given: GivenPipe;
  readonly definition: PipeDefinition;
  readonly tags: Readonly<Record<string, string>>;
  readonly observe: (event: PipeEvent) => void;
  /** Something of it changed that is to be kept. */
  readonly changed: () => void;
  /** It is deleted, its last delivery over. */
  readonly gone: (pipe: Pipe) => void;
}

/** Wall time that a delivery has left when the engine ends; then it is cut off, and what it had is read again. */
const stopMsMax = 5_000;
const byUser = 'USER_INITIATED';

/** One pipe and its states. What changes it returns at once; `settled` tells when it has taken effect. */
export class Pipe {
  readonly identity: PipeIdentity;
  given: GivenPipe;
  definition: PipeDefinition;
  tags: Readonly<Record<string, string>>;
  /** Set at any time; asked before every delivery. */
  chaos: Chaos | undefined;
  desired: DesiredState = 'RUNNING';
  state: PipeState = 'CREATING';
  stateReason = byUser;
  /** Engine time. */
  modifiedMs: number;
  readonly #options: PipeOptions;
  readonly #ending = new AbortController();
  #polling: Polling | undefined;
  #transition: Promise<void> = Promise.resolve();
  /** It is deleted, or the engine has ended: nothing more will become of it. */
  #isOver = false;

  constructor(options: PipeOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.given = options.given;
    this.definition = options.definition;
    this.tags = options.tags;
    this.modifiedMs = options.identity.createdMs;
  }

  get isInTransition(): boolean {
    return isPassing(this.state);
  }

  /** Whether it reads, or is about to. */
  get polls(): boolean {
    return this.#polling !== undefined;
  }

  create(desired: 'RUNNING' | 'STOPPED', delayMs = this.#options.delays.transitionMs): void {
    this.desired = desired;
    this.#go('CREATING', delayMs, () => this.#begin('CREATE_FAILED'));
  }

  start(): void {
    this.desired = 'RUNNING';
    this.#go('STARTING', this.#options.delays.transitionMs, () => this.#begin('START_FAILED'));
  }

  stop(): void {
    this.desired = 'STOPPED';
    this.#go('STOPPING', this.#options.delays.transitionMs, async () => {
      await this.#endPolling();
      this.#become('STOPPED');
    });
  }

  /** Where the new definition cannot run, it goes on with the old one. */
  update(given: GivenPipe, definition: PipeDefinition, desired: 'RUNNING' | 'STOPPED'): void {
    this.#go('UPDATING', this.#options.delays.transitionMs, async () => {
      const reason = await whyNotRunnable(definition, this.#options);
      if (reason !== undefined) return this.#become('UPDATE_FAILED', reason);
      await this.#endPolling();
      this.given = given;
      this.definition = definition;
      this.desired = desired;
      if (desired === 'RUNNING') this.#poll(this.#options.delays.pollMs);
      this.#become(desired);
    });
  }

  delete(): void {
    this.desired = 'DELETED';
    this.#go('DELETING', this.#options.delays.deleteMs, async () => {
      await this.#endPolling();
      this.#isOver = true;
      this.#options.gone(this);
    });
  }

  /** Goes on after a restart with what was kept: at once where it was reading, and with the transition where one was under way. */
  resume(state: PipeState, reason: string, polled: boolean): void {
    this.state = state;
    this.stateReason = reason;
    if (polled) this.#poll(0);
    if (state === 'CREATING') this.create(this.desired === 'STOPPED' ? 'STOPPED' : 'RUNNING');
    else if (state === 'STARTING') this.start();
    else if (state === 'STOPPING') this.stop();
    else if (state === 'DELETING') this.delete();
    else if (state === 'UPDATING') this.#become('UPDATE_FAILED', 'The engine ended during the update');
  }

  /** Resolves when no transition is going on. */
  settled(): Promise<void> {
    return this.#transition;
  }

  /** Ends it with the engine: nothing else begins, and the deliveries that run are waited for, if not for long. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopMsMax);
    });
    this.#ending.abort();
    await Promise.race([this.#transition.then(() => this.#polling?.stop()), late]);
    clearTimeout(timer);
    this.#polling?.silence();
    this.#isOver = true;
  }

  /** Something was written to the stream. */
  wake(): void {
    this.#polling?.wake();
  }

  /** Nothing was unread or in flight when last looked at, and it is not about to change. */
  isIdle(): boolean {
    return this.#isOver || (!this.isInTransition && (this.#polling?.isIdle() ?? true));
  }

  /**
   * Resolves when no transition is going on, reading has begun where it is to begin, and everything that was in the stream at
   * the time of the call has been handled.
   */
  async idle(options: DrainOptions = {}): Promise<void> {
    do {
      await this.#transition;
      await this.#polling?.idle(options);
    } while (!this.isIdle());
  }

  #go(state: PipeState, delayMs: number, work: () => Promise<void>): void {
    this.modifiedMs = this.#options.clock.now();
    this.#become(state);
    this.#transition = (async () => {
      await this.#options.clock.sleep(delayMs, this.#ending.signal).catch(() => {});
      // The next engine makes the transition anew.
      if (!this.#ending.signal.aborted) await work();
    })();
  }

  async #begin(failure: 'CREATE_FAILED' | 'START_FAILED'): Promise<void> {
    const reason = await whyNotRunnable(this.definition, this.#options);
    if (reason !== undefined) return this.#become(failure, reason);
    if (this.desired === 'STOPPED') return this.#become('STOPPED');
    this.#poll(this.#options.delays.pollMs);
    this.#become('RUNNING');
  }

  #poll(delayMs: number): void {
    const { observe } = this.#options;
    this.#polling = new Polling(
      {
        ...this.#options,
        chaos: () => this.chaos,
        observe: (event) => observe({ pipe: this, ...event }),
      },
      this.definition,
      delayMs,
    );
  }

  async #endPolling(): Promise<void> {
    await this.#polling?.stop();
    this.#polling = undefined;
  }

  #become(state: PipeState, reason = byUser): void {
    this.state = state;
    this.stateReason = reason;
    this.#options.changed();
  }
}
