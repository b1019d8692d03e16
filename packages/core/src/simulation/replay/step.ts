import type { Call, Program, Task } from '../call.ts';
import type { InvocationEnd } from '../network.ts';

/** What one invocation of a step function does: request after request, and in the end its result. Throws a Refusal or a Fault. */
export type Step<Result> = Generator<Call, Result, unknown>;

/** An error with a name on which a state machine decides: it is not tried again. */
export class Refusal extends Error {
  constructor(name: string, detail = '') {
    super(detail === '' ? name : `${name}: ${detail}`);
    this.name = name;
  }
}

/** An error that passes: the state tries again. */
export class Fault extends Error {}

/** How a step ended. */
export type StepEnd =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed' };

/** Something that a state calls, as an invocation of a function. */
export interface Running {
  readonly program: Program;
  /** How it ended, for whoever hears of it. */
  endOf(end: InvocationEnd): StepEnd;
}

/** A step as an invocation. */
export class RunningStep implements Running {
  readonly program: Program;
  #end: StepEnd = { kind: 'failed' };

  constructor(step: Step<unknown>) {
    const task = this.#task(step);
    this.program = (function* (): Program {
      yield [task];
      return 'done';
    })();
  }

  endOf(end: InvocationEnd): StepEnd {
    return end === 'dead' ? { kind: 'failed' } : this.#end;
  }

  *#task(step: Step<unknown>): Task {
    try {
      this.#end = { kind: 'done', result: yield* step };
      return 'done';
    } catch (error) {
      if (error instanceof Refusal) {
        this.#end = { kind: 'refused', refusal: error };
      } else if (!(error instanceof Fault)) {
        throw error;
      }
      return 'failed';
    }
  }
}

/** One request; `land` is its effect and its answer. */
export function* request<Answer>(name: string, land: () => Answer, kind: Call['kind'] = 'decision'): Step<Answer> {
  return (yield { name: () => name, kind, land }) as Answer;
}
