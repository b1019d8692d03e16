import type { DeployedSource } from '@tidemark/core/deployment';
import { bucketRange, type SpanSize } from '@tidemark/core/series/key';
import { firstGeneration, otherSeries } from '@tidemark/core/series/partial';
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

/** The partials of every name asked for, each name's read by `read`. */
export async function readPartials<Item>(
  tables: Tables,
  source: DeployedSource,
  size: SpanSize,
  query: PartialsQuery,
  read: (name: string, range: SortKeyRange) => AsyncIterable<readonly Item[]>,
): Promise<Item[]> {
  const names = query.name === undefined ? await seriesNames(tables, source) : [query.name];
  const range = bucketRange(size, firstGeneration, bounded(query.fromMs), bounded(query.toMs));
  let done = 0;
  const partials = await mapInParallel(names, queriesMax, async (name) => {
    const found: Item[] = [];
    for await (const page of read(name, range)) found.push(...page);
    query.onProgress?.(++done, names.length);
    return found;
  });
  return partials.flat();
}

/** Every name that was admitted, and the one that holds all others. */
async function seriesNames(tables: Tables, source: DeployedSource): Promise<string[]> {
  const catalogue = await tables.catalogue(source.controlTable, source.name);
  return [...(catalogue?.Names ?? []), otherSeries];
}

/** Keys have second precision: an instant inside a second is the next one, so that nothing that starts before it is taken in. */
function bounded(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : Math.ceil(timeMs / 1000) * 1000;
}
