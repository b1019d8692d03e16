import { type FloorsItem, floorsOf } from '@tidemark/core/control/floors';
import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import { firstTimeline, type TimelineItem } from '@tidemark/core/replay/timeline';
import type { SpanSize } from '@tidemark/core/series/key';
import { otherSeries } from '@tidemark/core/series/partial';
import { type TruthItems, trueRanges } from '@tidemark/core/series/true-ranges';
import type { SortKeyRange, Tables } from './aws/dynamodb.ts';
import { mapInParallel } from './parallel.ts';

/** Which partials of a source to read: those of one size, of one name or of all. */
export interface PartialsQuery {
  /** Undefined: every series that the catalogue names, and `$other`. */
  readonly name?: string;
  /** First instant of the range, milliseconds since the epoch; a bucket or window belongs to it when it starts in it. */
  readonly fromMs?: number;
  /** End of the range, not part of it. */
  readonly toMs?: number;
  /** Told after each series. */
  readonly onProgress?: (series: number, of: number) => void;
}

const queriesMax = 16;

/** The reads that tell which partials there are and which of them are true. */
type Truths = Pick<Tables, 'catalogue' | 'controlItem'>;

/** The partials of every name asked for, each name's read by `read`: of each bucket those of the generation that is true for it, and nothing below a prune floor. */
export async function readPartials<Item>(
  tables: Truths,
  source: DeployedSource,
  size: SpanSize,
  query: PartialsQuery,
  read: (name: string, range: SortKeyRange) => AsyncIterable<readonly Item[]>,
): Promise<Item[]> {
  const names = query.name === undefined ? await seriesNames(tables, source) : [query.name];
  const ranges = trueRanges(await truth(tables, source), size, query.fromMs, query.toMs);
  let done = 0;
  const partials = await mapInParallel(names, queriesMax, async (name) => {
    const found: Item[] = [];
    for (const range of ranges) {
      for await (const page of read(name, range)) found.push(...page);
    }
    query.onProgress?.(++done, names.length);
    return found;
  });
  return partials.flat();
}

/** Every name that was admitted, and the one that holds all others. */
export async function seriesNames(tables: Truths, source: DeployedSource): Promise<string[]> {
  const catalogue = await tables.catalogue(source.controlTable, source.name);
  return [...(catalogue?.Names ?? []), otherSeries];
}

/** What is true and what is pruned, as it stands now. */
export async function truth(tables: Truths, { controlTable, name }: DeployedSource): Promise<TruthItems> {
  const [timeline, floors] = await Promise.all([
    tables.controlItem(controlTable, name, controlItems.timeline),
    tables.controlItem(controlTable, name, controlItems.floors),
  ]);
  return {
    timeline: (timeline as TimelineItem | undefined) ?? firstTimeline,
    floors: floorsOf(floors as FloorsItem | undefined),
  };
}
