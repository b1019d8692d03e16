import { timeoutMs } from '../world.ts';
import type { ReplayScenario } from './scenario.ts';
import type { Running } from './step.ts';
import { Refusal } from './step.ts';
import type { ReplayWorld } from './world.ts';

/** What a state of a machine does: it waits, or calls a function or an API until that answers or its attempts are used up. */
export type Action =
  | { readonly kind: 'wait'; readonly ms: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly start: () => Running;
      readonly attempts: number;
      /** Beside the first attempt another invocation does the same, which nobody hears of. */
      readonly isDoubled?: boolean;
    };

/** A state machine: is resumed with what was answered, or with a Refusal thrown, and returns when the execution succeeds. */
export type Machine = Generator<Action, void, unknown>;

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** The error of a call whose attempts are used up. */
export const exhausted = 'States.TaskFailed';

/** An execution: goes from state to state, whatever becomes of the functions that it calls, until it ends or is stopped. */
export class Execution {
  status: ExecutionStatus = 'RUNNING';
  /** When it ended, milliseconds since the epoch. */
  endedMs = 0;
  readonly arn: string;
  readonly #world: ReplayWorld;
  readonly #machine: Machine;
  readonly #onEnd: (execution: Execution) => void;
  /** Counts states and attempts: who answers late is not heard. */
  #turn = 0;

  constructor(world: ReplayWorld, arn: string, machine: Machine, onEnd: (execution: Execution) => void) {
    this.arn = arn;
    this.#world = world;
    this.#machine = machine;
    this.#onEnd = onEnd;
  }

  start(): void {
    this.#go(() => this.#machine.next());
  }

  /** StopExecution: no Catch, no next state. What its functions have begun goes on. */
  stop(): void {
    if (this.status === 'RUNNING') {
      this.#end('ABORTED');
    }
  }

  #go(resume: () => IteratorResult<Action, void>): void {
    if (this.status !== 'RUNNING') {
      return;
    }
    let next: IteratorResult<Action, void>;
    try {
      next = resume();
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      this.#world.trace?.(`execution ${this.arn} fails: ${error.message}`);
      this.#end('FAILED');
      return;
    }
    if (next.done === true) {
      this.#end('SUCCEEDED');
      return;
    }
    this.#turn += 1;
    this.#mayBeStopped(next.value);
    if (next.value.kind === 'wait') {
      this.#later(next.value.ms, () => this.#go(() => this.#machine.next()));
    } else {
      this.#call(next.value, 1);
    }
  }

  /** Somebody may stop it in any state, and in any state at any request of it. */
  #mayBeStopped(action: Action): void {
    const { random, scenario } = this.#world;
    if (random.fraction() < scenario.stops || scenario.stopsAt === this.#placeOf(action)) {
      this.#world.timers.in(
        random.integer(action.kind === 'wait' && scenario.stopsAt === undefined ? action.ms + 1 : 3000),
        () => this.stop(),
      );
    }
  }

  #placeOf(action: Action): ReplayScenario['stopsAt'] | 'elsewhere' {
    if (action.kind === 'call') {
      return action.name === 'switch' ? 'switch' : 'elsewhere';
    }
    return this.#world.store.timeline.Lock?.Stage === 'switched' ? 'after the switch' : 'elsewhere';
  }

  #call(action: Action & { readonly kind: 'call' }, attempt: number): void {
    const { random, nowMs, scenario } = this.#world;
    const { lostAnswers, lostMsMax } = scenario.prune;
    const running = action.start();
    const turn = this.#turn;
    if (action.isDoubled === true && attempt === 1) {
      this.#world.timers.in(random.integer(lostMsMax), () => this.#double(action));
    }
    const again = (): void => {
      if (this.#turn === turn) {
        this.#failed(action, attempt);
      }
    };
    // An answer may get lost, and then the state tries again while the function may still be at work.
    const isLost = this.#world.network.faults > 0 && random.fraction() < lostAnswers;
    if (isLost) {
      this.#world.timers.in(random.integer(lostMsMax), again);
    }
    this.#world.network.start({
      name: `${this.arn} ${action.name}`,
      program: running.program,
      deadlineMs: nowMs + timeoutMs,
      onEnd: (ended) => {
        const end = running.endOf(ended);
        if (isLost || this.#turn !== turn) {
          return;
        }
        if (end.kind === 'done') {
          this.#go(() => this.#machine.next(end.result));
        } else if (end.kind === 'refused') {
          this.#go(() => this.#machine.throw(end.refusal));
        } else {
          again();
        }
      },
    });
  }

  #double({ name, start }: Action & { readonly kind: 'call' }): void {
    const { network, nowMs } = this.#world;
    const { program } = start();
    const deadlineMs = nowMs + timeoutMs;
    network.start({ name: `${this.arn} ${name}, once more`, program, deadlineMs, onEnd: () => undefined });
  }

  #failed(action: Action & { readonly kind: 'call' }, attempt: number): void {
    if (attempt >= action.attempts) {
      this.#go(() => this.#machine.throw(new Refusal(exhausted, action.name)));
      return;
    }
    this.#turn += 1;
    this.#later(2000 * 2 ** Math.min(attempt, 5), () => this.#call(action, attempt + 1));
  }

  #later(ms: number, action: () => void): void {
    const turn = this.#turn;
    this.#world.timers.in(ms, () => {
      if (this.#turn === turn && this.status === 'RUNNING') {
        action();
      }
    });
  }

  #end(status: ExecutionStatus): void {
    this.#turn += 1;
    this.status = status;
    this.endedMs = this.#world.nowMs;
    this.#world.trace?.(`execution ${this.arn}: ${status}`);
    this.#onEnd(this);
  }
}
