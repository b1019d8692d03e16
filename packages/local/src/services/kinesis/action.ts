import type { GivenOf, Member } from './input.ts';
import type { Streams } from './streams.ts';

/** One operation of the API: how its input is read, and what it does. `run` throws a `KinesisFault` for the caller's mistakes. */
export interface Action<Input, Given, Output> {
  readonly input: Member<Input, Given>;
  run(streams: Streams, input: Input): Output;
}

export function defineAction<Input, Given, Output>(action: Action<Input, Given, Output>): Action<Input, Given, Output> {
  return action;
}

interface AnyAction {
  readonly input: Member<unknown, unknown>;
  run(streams: Streams, input: never): unknown;
}
export type GivenTo<A extends AnyAction> = GivenOf<A['input']>;
export type AnswerOf<A extends AnyAction> = ReturnType<A['run']>;
