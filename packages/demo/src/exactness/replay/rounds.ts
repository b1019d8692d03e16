import { Random } from '@tidemark/core/generate/random';
import type { RunPosition } from './run-calls.ts';
import { type RunStrike, runStrikesOf } from './run-strikes.ts';

/** `TIDEMARK_STRIKES=all`: every strike at every call, which takes an hour or two, in place of some at each step. */
export const isExhaustive = process.env.TIDEMARK_STRIKES === 'all';
const roundsMax = isExhaustive ? Number.POSITIVE_INFINITY : 4;

/** Of everything that is tried one by one, all or, for the ordinary tests, one in so many. */
export function someOf<Each>(all: readonly Each[], oneIn: number): readonly Each[] {
  return isExhaustive ? all : all.filter((_, at) => at % oneIn === 0);
}

/** A step, or a state of the machine: what is struck once in a run. */
export function stepOf(position: RunPosition): string {
  return position.startsWith('machine: ') ? position : (position.split(':')[0] ?? '');
}

/** Of calls that a step repeats for each series or shard, the first two. */
function isEarly(position: RunPosition): boolean {
  return !/ #([3-9]|\d\d+)$/.test(position);
}

/** Strikes, some for each run: one at each step, until every strike was made, or enough. */
export function roundsOf(positions: readonly RunPosition[]): readonly (readonly RunStrike[])[] {
  const byStep = new Map<string, RunStrike[]>();
  for (const position of positions.filter(isEarly)) {
    const step = stepOf(position);
    byStep.set(step, [...(byStep.get(step) ?? []), ...runStrikesOf(position)]);
  }
  const random = new Random(3);
  const shuffled = [...byStep.values()].map((strikes) =>
    strikes
      .map((strike) => ({ strike, at: random.fraction() }))
      .sort((one, other) => one.at - other.at)
      .map(({ strike }) => strike),
  );
  const count = Math.max(...shuffled.map(({ length }) => length));
  return Array.from({ length: Math.min(count, roundsMax) }, (_, round) =>
    shuffled.flatMap((strikes) => strikes[round] ?? []),
  );
}
