import type { RunItem, RunOutcome } from '../replay/run.ts';
import { formatInstant } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';
import { nameOfSlot } from './slots.ts';
import type { ItemTally, PruneTally, RestoreTally } from './tally.ts';
import { totalPruned, totalRestored } from './tally.ts';

/** What a report says of some items. */
interface ReportedItems {
  readonly items: number;
  readonly bytes: number;
}

/** The object `reports/<run>.json` of a prune. Instants as ISO 8601 has them. */
export interface PruneReport {
  readonly run: string;
  readonly source: string;
  readonly kind: 'prune';
  readonly outcome: RunOutcome;
  /** The floor of each size, and from which arrival time on they hold; null without a floor. */
  readonly cutoffs: Readonly<Partial<Record<SpanSize, string>>>;
  readonly effectiveFrom: string | null;
  readonly total: ReportedTotal;
  readonly bySize: Readonly<Partial<Record<SpanSize, ReportedItems>>>;
  /** Those with the most items, at most `seriesMax`. */
  readonly series: readonly (ReportedItems & { readonly name: string })[];
  /** Generations of which nothing is left. */
  readonly sweptGenerations: readonly number[];
}

interface ReportedTotal extends ReportedItems {
  readonly buckets: number;
  readonly series: number;
  readonly objects: number;
  /** Items of generations that nobody read any more: not exported. */
  readonly replaced: number;
  /** Items that came back after an earlier deletion: under `again/`. */
  readonly again: number;
  readonly writeUnits: number;
}

/** The object `reports/<run>.json` of a restore. */
export interface RestoreReport {
  readonly run: string;
  readonly source: string;
  readonly kind: 'restore';
  readonly outcome: RunOutcome;
  /** Buckets and windows from the start of the first to before `to`. */
  readonly from: string | null;
  readonly to: string | null;
  /** Until when they are kept at least. */
  readonly until: string | null;
  readonly sizes: readonly SpanSize[];
  readonly total: ReportedItems & {
    readonly standing: number;
    readonly objects: number;
    /** Days of a series and size that no object is of. */
    readonly missing: number;
  };
}

/** A run that has ended. */
export interface EndedRun {
  readonly run: string;
  readonly source: string;
  readonly outcome: RunOutcome;
  readonly item: RunItem;
}

/** Series that a report names, at most. */
export const seriesMax = 100;

/** `names`: of the catalogue, by slot. */
export function pruneReport(
  { run, source, outcome, item }: EndedRun,
  names: readonly string[],
  sweptGenerations: readonly number[],
): PruneReport {
  const tally = totalPruned(item);
  const { Cutoffs = {}, EffectiveMs } = item;
  return {
    run,
    source,
    kind: 'prune',
    outcome,
    cutoffs: mapValues(Cutoffs, formatInstant),
    effectiveFrom: EffectiveMs === undefined ? null : formatInstant(EffectiveMs),
    total: totalOf(tally),
    bySize: mapValues(tally.BySize, reported),
    series: seriesOf(tally, names),
    sweptGenerations,
  };
}

export function restoreReport({ run, source, outcome, item }: EndedRun): RestoreReport {
  const { From, ToMs, UntilMs, Sizes = [] } = item;
  return {
    run,
    source,
    kind: 'restore',
    outcome,
    from: typeof From === 'number' ? formatInstant(From) : null,
    to: ToMs === undefined ? null : formatInstant(ToMs),
    until: UntilMs === undefined ? null : formatInstant(UntilMs),
    sizes: Sizes,
    total: totalRestoredOf(totalRestored(item)),
  };
}

function totalOf(tally: PruneTally): ReportedTotal {
  return {
    ...reported(tally),
    buckets: tally.Buckets,
    series: Object.keys(tally.BySlot).length,
    objects: tally.Objects,
    replaced: tally.Replaced,
    again: tally.Again,
    writeUnits: tally.WriteUnits,
  };
}

function totalRestoredOf(tally: RestoreTally): RestoreReport['total'] {
  return { ...reported(tally), standing: tally.Standing, objects: tally.Objects, missing: tally.Missing };
}

function seriesOf({ BySlot }: PruneTally, names: readonly string[]): PruneReport['series'] {
  return Object.entries(BySlot)
    .map(([slot, tally]) => ({ name: nameOfSlot(names, Number(slot)) ?? slot, ...reported(tally) }))
    .sort((one, other) => other.items - one.items || (one.name < other.name ? -1 : 1))
    .slice(0, seriesMax);
}

function reported({ Items, Bytes }: ItemTally): ReportedItems {
  return { items: Items, bytes: Bytes };
}

function mapValues<Value, Result>(
  bySize: Readonly<Partial<Record<SpanSize, Value>>>,
  map: (value: Value) => Result,
): Readonly<Partial<Record<SpanSize, Result>>> {
  return Object.fromEntries((Object.entries(bySize) as [SpanSize, Value][]).map(([size, value]) => [size, map(value)]));
}
