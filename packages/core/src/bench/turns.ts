import type { Contender, Found } from './contender.ts';

/** How fast one contender was over the rounds. */
export interface Speed {
  readonly name: string;
  readonly perSecond: number;
  readonly nanosecondsEach: number;
  /** How many times the speed of another: the median of the ratios within each round. */
  times(other: string): number;
}

/**
 * Speeds by processor time over `items` handled a round. The contenders take turns, so that whatever else the machine does falls on all of
 * them; rounds that only warm up come first.
 */
export async function takeTurns(contenders: readonly Contender[], items: number, rounds: number): Promise<Speed[]> {
  const seconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -3; round < rounds; round += 1) {
    for (const each of contenders) {
      const taken = await each.run();
      if (round >= 0) seconds.get(each.name)?.push(taken);
    }
  }
  return contenders.map(({ name }): Speed => {
    const own = seconds.get(name) ?? [];
    return {
      name,
      perSecond: Math.round(items / median(own)),
      nanosecondsEach: Math.round((median(own) / items) * 1e9),
      times: (other) => median(own.map((each, round) => (seconds.get(other)?.[round] ?? Number.NaN) / each)),
    };
  });
}

/**
 * A fast contender that finds something else would be no contender: throws unless each finds what `reference` does, numbers within
 * `tolerance` of each other, relative to the larger. Returns what the reference finds.
 */
export async function expectAlike(contenders: readonly Contender[], reference: string, tolerance = 0): Promise<Found> {
  const expected = await contenders.find(({ name }) => name === reference)?.find();
  if (expected === undefined) throw new Error(`${reference} is missing`);
  for (const each of contenders) {
    const found = await each.find();
    const differs = [...expected].find(([key, number]) => !areNear(number, found.get(key), tolerance));
    if (differs !== undefined || found.size !== expected.size) {
      throw new Error(`${each.name} finds other than ${reference}: ${differs?.[0] ?? 'more than there is'}`);
    }
  }
  return expected;
}

function areNear(one: number, other: number | undefined, tolerance: number): boolean {
  return other !== undefined && Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
