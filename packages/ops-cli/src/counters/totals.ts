import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import { bucketMs } from '@tidemark/core/series/bucket';
import { bucketRange } from '@tidemark/core/series/key';
import { firstGeneration, otherSeries } from '@tidemark/core/series/partial';
import { type Total, totalsOf } from '@tidemark/core/series/total';
import type { Partial, Tables } from '../aws/dynamodb.ts';
import { mapInParallel } from '../parallel.ts';

export interface TotalsQuery {
  /** Undefined: every series that the catalogue names, and `$other`. */
  readonly name?: string;
  readonly size: BucketSize;
  /** First instant of the range, milliseconds since the epoch; a bucket belongs to it when it starts in it. */
  readonly fromMs?: number;
  /** End of the range, not part of it. */
  readonly toMs?: number;
  /** Told after each series. */
  readonly onProgress?: (series: number, of: number) => void;
}

const queriesMax = 16;

/** The totals of a source's series, merged from their partials, by name in code-point order and then by time. */
export async function readTotals(tables: Tables, source: DeployedSource, query: TotalsQuery): Promise<Total[]> {
  const names = query.name === undefined ? await seriesNames(tables, source) : [query.name];
  const range = bucketRange(query.size, firstGeneration, bounded(query.fromMs), bounded(query.toMs));
  let done = 0;
  const partials = await mapInParallel(names, queriesMax, async (name) => {
    const found: Partial[] = [];
    for await (const page of tables.partials(source.seriesTable, name, range)) found.push(...page);
    query.onProgress?.(++done, names.length);
    return found;
  });
  return totalsOf(partials.flat());
}

/** Every name that was admitted, and the one that holds all others. */
async function seriesNames(tables: Tables, source: DeployedSource): Promise<string[]> {
  const catalogue = await tables.catalogue(source.controlTable, source.name);
  return [...(catalogue?.Names ?? []), otherSeries];
}

/** Keys have second precision: an instant inside a second is the next one, so that no bucket before it is taken in. */
function bounded(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : Math.ceil(timeMs / 1000) * 1000;
}

/** The size to show when none is asked for: hours, or the smallest that the source has. */
export function defaultSize(sizes: readonly BucketSize[]): BucketSize {
  return sizes.includes('1h') ? '1h' : (sizes.toSorted((one, other) => bucketMs[one] - bucketMs[other])[0] ?? '1h');
}
