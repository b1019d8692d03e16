import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mutant, placeMutants } from '../mutant.ts';
import { Published } from '../published.ts';
import { type Stack, startStack } from '../stack.ts';
import { courses } from './course.ts';
import { readingSource } from './reading-groups.ts';
import { Trial } from './trial.ts';

/**
 * The comparison must be able to fail. Each source has one safeguard taken out of its handler, and its readings go the one
 * way that the safeguard is for.
 */
interface Mutation extends Omit<Mutant, 'handler'> {
  readonly handler?: Mutant['handler'];
  /** In words. */
  readonly without: string;
  readonly course: string;
  /** What the comparison must find. */
  readonly finds: RegExp;
}

const mutations: readonly Mutation[] = [
  {
    source: 'fence',
    without: 'the fence of the first write',
    file: 'handlers/src/window/partials.ts',
    text: "'attribute_not_exists(#LastSequence)'",
    instead: "'attribute_not_exists(#LastSequence) OR attribute_exists(#LastSequence)'",
    course: 'a window that ends early',
    finds: /^partial Shadowfax w60/,
  },
  {
    source: 'merge',
    without: 'what stood in a row',
    file: 'core/src/window/merge.ts',
    text: 'contentOf(old && figures ? [contentIn(figures, old.LastSequence), ...added] : added)',
    instead: 'contentOf(added)',
    course: 'a window that ends early',
    finds: /^partial Shadowfax w60/,
  },
  {
    source: 'straddle',
    without: 'a look at fences inside a part',
    file: 'core/src/window/merge.ts',
    text: 'first <= fence && fence < last',
    instead: 'first <= fence && fence < first',
    course: 'a last call that is longer again',
    finds: /^partial Shadowfax w60/,
  },
  {
    source: 'mend',
    without: 'a look at the names of what is read again',
    file: 'core/src/window/mend.ts',
    text: 'this.#byName.get(reading.name) ?? []',
    instead: 'this.#windows.values()',
    course: 'a last call that is longer again',
    finds: /^partial Shadowfax w60/,
  },
  {
    source: 'ledger',
    without: 'the fence of the ledger',
    file: 'core/src/window/ledger.ts',
    text: 'below: part.first',
    instead: "below: '999'",
    course: 'a last call that comes again',
    finds: /^ledger LEDGER#window/,
  },
  {
    source: 'lost',
    without: 'a look for a lost state',
    file: 'core/src/window/gap.ts',
    text: 'checkpoint.LastSequence >= encodeSequence(first.sequenceNumber)',
    instead: 'checkpoint.LastSequence !== first.sequenceNumber',
    course: 'a state that is lost',
    finds: /^partial Shadowfax w60/,
  },
  {
    source: 'checkpoint',
    without: 'a checkpoint that waits for the end of the window',
    file: 'core/src/window/window.ts',
    text: 'checkpoint: undefined,',
    instead: 'checkpoint: checkpointOf(place, tally.state()),',
    course: 'a state that is lost',
    finds: /^partial Shadowfax w60/,
  },
  {
    source: 'sums',
    without: 'what rounding leaves of a sum',
    file: 'core/src/series/figures.ts',
    text: 'SumRest: rest',
    instead: 'SumRest: rest.slice(1)',
    course: 'a last call with records',
    finds: /^partial Shadowfax w60.*"SumRest"/,
  },
  {
    source: 'statistics',
    handler: 'publish',
    without: 'the difference to what was published before',
    file: 'core/src/publish/change.ts',
    text: 'Object.hasOwn(earlier, name) ? earlier[name] : undefined',
    instead: 'undefined',
    course: 'a window that ends early',
    finds: /^statistics distance Shadowfax .* with some of \[\] twice$/,
  },
];

/** The first that every source gets. */
const ordinary = 'a window';
const maxSeries = 100;
let stack: Stack;
/** By source. */
let differences: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  const source = { ...readingSource, maxSeries };
  const names = ['sound', ...mutations.map((each) => each.source)];
  const mutants = mutations.map((each) => ({ handler: 'window' as const, ...each }));
  const sources = Object.fromEntries(names.map((name) => [name, source]));
  stack = await startStack({ sources }, { change: (assembly) => placeMutants(assembly, mutants) });
  const published = new Published(stack.engine);
  // All at once: each has a source of its own.
  const each = mutations.map(({ source, course }) => run(published, source, [ordinary, course]));
  const sound = run(published, 'sound', [ordinary, ...mutations.map(({ course }) => course)]);
  differences = new Map(await Promise.all([sound, ...each]));
}, 600_000);

afterAll(() => stack?.stop());

/** Sends a group on each of the courses, and returns the source with what the comparison finds. */
async function run(published: Published, source: string, names: readonly string[]) {
  const trial = new Trial(stack, source, published, { maxSeries, seed: 3 });
  const { world } = trial;
  try {
    for (const course of courses.filter(({ name }) => names.includes(name))) await trial.run(course, [0]);
    await world.settled();
    return [source, [...(await world.differences()), ...(await world.figureDifferences())]] as const;
  } finally {
    trial.close();
  }
}

describe('the comparison', () => {
  it('finds nothing where nothing is taken away', () => {
    expect(differences.get('sound')).toEqual([]);
  });

  it.each(mutations)('of a source without $without finds $finds', ({ source, finds }) => {
    expect(differences.get(source)).toContainEqual(expect.stringMatching(finds));
  });
});
