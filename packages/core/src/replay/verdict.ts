import type { FiguresItem } from '../series/figures.ts';
import { figuresFromItem } from '../series/figures.ts';
import type { Fence } from '../series/sequence.ts';
import { isFence } from '../series/sequence.ts';

/** What is compared of a partial. `Measures`: of windows. */
export interface ComparedContent {
  readonly EventCount: number;
  readonly LastSequence: Fence;
  readonly Measures?: Readonly<Record<string, FiguresItem>>;
}

/** One partial as the true generation has it, and as the recount has it; at least one of the two. */
export interface Pair {
  readonly live?: ComparedContent;
  readonly recount?: ComparedContent;
}

/** Checkpoints of the partial's shard, read before the partials were: of the live consumer that writes it, and of the recount. */
export interface PairCheckpoints {
  readonly live?: Fence;
  readonly recount?: Fence;
}

export type Verdict = 'equal' | 'different' | 'undecided';

/**
 * A partial's content is a function of its slice and its fence. At equal fences it must be equal. Where both counters have wholly handled what either
 * fence stands at, the fences must be equal too. Else one of the two is still on its way.
 */
export function verdictOf({ live, recount }: Pair, checkpoints: PairCheckpoints): Verdict {
  if (live === undefined && recount === undefined) throw new RangeError('a pair of no partials');
  // No counter writes a partial without a fence: somebody else has spoilt it.
  if (![live, recount].every((content) => content === undefined || hasFence(content))) return 'different';
  if (live?.LastSequence === recount?.LastSequence) return isSameContent(live, recount) ? 'equal' : 'different';
  const isPassed = [live, recount].every(
    (content) => content === undefined || liesWithin(content.LastSequence, checkpoints),
  );
  return isPassed ? 'different' : 'undecided';
}

function hasFence({ LastSequence }: { readonly LastSequence?: unknown }): boolean {
  return typeof LastSequence === 'string' && isFence(LastSequence);
}

function liesWithin(fence: Fence, { live, recount }: PairCheckpoints): boolean {
  return live !== undefined && recount !== undefined && fence <= live && fence <= recount;
}

function isSameContent(one: ComparedContent | undefined, other: ComparedContent | undefined): boolean {
  return one?.EventCount === other?.EventCount && areSameMeasures(one?.Measures, other?.Measures);
}

function areSameMeasures(one: ComparedContent['Measures'], other: ComparedContent['Measures']): boolean {
  if (one === undefined || other === undefined) return one === other;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && areSameFigures(one[name], other[name]))
  );
}

/** Exactly: equal sums are equal lists. What somebody else wrote may be no figures at all; then only the very same is equal. */
function areSameFigures(one: FiguresItem | undefined, other: FiguresItem | undefined): boolean {
  const [left, right] = [one, other].map(canonical);
  return left !== undefined && left === right;
}

function canonical(item: FiguresItem | undefined): string | undefined {
  if (item === undefined) return undefined;
  try {
    return JSON.stringify(figuresFromItem(item));
  } catch {
    return JSON.stringify(item);
  }
}
