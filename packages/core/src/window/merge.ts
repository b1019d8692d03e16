import type { SeriesKey } from '../count/partials.ts';
import { measuredFromItem, measuredToItem } from '../series/figures.ts';
import type { WindowFigures, WindowItem, Writer } from '../series/partial.ts';
import type { Fence } from '../series/sequence.ts';
import type { Straddle, WindowContent, WindowPart } from './part.ts';
import { mergeContents } from './part.ts';

/** What an invocation adds to one item: parts of runs that follow each other, at least one. Ordinarily there is just one. */
export interface WindowPartial {
  readonly key: SeriesKey;
  readonly writer: Writer;
  readonly parts: readonly WindowPart[];
}

/**
 * One conditional update: set every attribute of `set` and leave all others as they are, on the condition that the item has no `LastSequence` where `replaces` is undefined, and
 * otherwise that its `LastSequence` is `replaces`. The first asks for the old item when its condition fails.
 */
export interface WindowWrite {
  readonly key: SeriesKey;
  readonly set: Omit<WindowItem, keyof SeriesKey>;
  readonly replaces: Fence | undefined;
}

/** What is left to do where an item stands already. */
export type Merge =
  /** It holds all of the parts. */
  | { readonly kind: 'held' }
  /** When its condition fails, the invocation must fail, since someone else is writing; unless the item stands at the write's fence or past it, and so has it. */
  | { readonly kind: 'write'; readonly write: WindowWrite }
  /** Its fence stands inside a part: mend that (mend.ts), then `mendedWrite`. */
  | { readonly kind: 'straddle'; readonly straddle: Straddle<WindowPart> };

/** The write of an ordinary window, and its only one. Nothing is read before it. */
export function firstWrite(partial: WindowPartial): WindowWrite {
  return writeOf(partial, undefined, partial.parts);
}

/** What to do when the first write found `old`: the item holds what lies at or below its fence, and nothing of what lies past it. */
export function mergeInto(old: WindowItem, partial: WindowPartial): Merge {
  const fence = old.LastSequence;
  const part = partial.parts.find(({ first, last }) => first <= fence && fence < last);
  if (part !== undefined) return { kind: 'straddle', straddle: { part, after: fence } };
  const write = writeAfter(old, partial, undefined);
  return write === undefined ? { kind: 'held' } : { kind: 'write', write };
}

/**
 * The write after a straddling part was mended: `rest` is what of it lies past the fence, undefined where nobody can tell any more
 * and the part is set aside. Undefined when then nothing is left to write. When its condition fails: as for any second write.
 */
export function mendedWrite(
  old: WindowItem,
  partial: WindowPartial,
  rest: WindowContent | undefined,
): WindowWrite | undefined {
  return writeAfter(old, partial, rest);
}

function writeAfter(old: WindowItem, partial: WindowPartial, rest: WindowContent | undefined): WindowWrite | undefined {
  const fence = old.LastSequence;
  const later = partial.parts.filter(({ first }) => first > fence);
  const added = rest === undefined ? later : [rest, ...later];
  return added.length === 0 ? undefined : writeOf(partial, old, added);
}

/** What an item holds, as a run that ends at its fence: where it begins does not matter to what follows it. */
function contentIn({ EventCount, Measures }: WindowFigures, last: Fence): WindowContent {
  return { first: '', last, records: EventCount, measures: measuredFromItem(Measures) };
}

function contentOf(contents: readonly WindowContent[]): WindowContent {
  return contents.reduce(mergeContents);
}

function figuresIn({ records, measures }: WindowContent): WindowFigures {
  return { EventCount: records, Measures: measuredToItem(measures) };
}

/** Adds to what stands in `old`. What a recount adds, it also adds up by itself: that is what nobody has published. */
function writeOf(
  { key, writer }: WindowPartial,
  old: WindowItem | undefined,
  added: readonly WindowContent[],
): WindowWrite {
  const onTopOf = (figures: WindowFigures | undefined): WindowContent =>
    contentOf(old && figures ? [contentIn(figures, old.LastSequence), ...added] : added);
  const content = onTopOf(old);
  const recounted = writer === 'recount' ? { Recounted: figuresIn(onTopOf(old?.Recounted)) } : {};
  return {
    key,
    set: { ...figuresIn(content), LastSequence: content.last, WrittenBy: writer, ...recounted },
    replaces: old?.LastSequence,
  };
}
