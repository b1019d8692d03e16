import type { Action } from '../execution.ts';
import type { Step } from '../step.ts';
import { RunningStep } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

/** Part of a machine that has a result. */
export type Part<Result> = Generator<Action, Result, unknown>;

/** Attempts of a state before the switch; whoever cleans up, or goes forward, tries for hours. */
export const attemptsBefore = 8;
export const attemptsLong = 1000;

export function* call<Result>(name: string, step: () => Step<Result>, attempts = attemptsBefore): Part<Result> {
  return (yield { kind: 'call', name, start: () => new RunningStep(step()), attempts }) as Result;
}

/** Calls until the answer is yes. */
export function* poll(
  { scenario }: ReplayWorld,
  name: string,
  step: () => Step<boolean>,
  attempts = attemptsLong,
): Part<void> {
  while (!(yield* call(name, step, attempts))) {
    yield { kind: 'wait', ms: scenario.pollMs };
  }
}

/** An answer of a step that is looked at again. */
export interface Awaited {
  readonly isDone: boolean;
  readonly waitMs: number;
}

/** Calls until the answer is yes, and waits for as long as each answer says. */
export function* until(name: string, step: () => Step<Awaited>): Part<void> {
  for (;;) {
    const answer = yield* call(name, step);
    if (answer.isDone) {
      return;
    }
    yield { kind: 'wait', ms: answer.waitMs };
  }
}
