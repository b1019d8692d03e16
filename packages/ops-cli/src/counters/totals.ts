import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import { bucketMs } from '@tidemark/core/series/bucket';
import { type Total, totalsOf } from '@tidemark/core/series/total';
import type { Tables } from '../aws/dynamodb.ts';
import { type PartialsQuery, readPartials } from '../partials.ts';

export interface TotalsQuery extends PartialsQuery {
  readonly size: BucketSize;
}

/** The totals of a source's series, merged from their partials, by name in code-point order and then by time. */
export async function readTotals(tables: Tables, source: DeployedSource, query: TotalsQuery): Promise<Total[]> {
  const partials = await readPartials(tables, source, query.size, query, (name, range) =>
    tables.partials(source.seriesTable, name, range),
  );
  return totalsOf(partials);
}

/** The size to show when none is asked for: hours, or the smallest that the source has. */
export function defaultSize(sizes: readonly BucketSize[]): BucketSize {
  return sizes.includes('1h') ? '1h' : (sizes.toSorted((one, other) => bucketMs[one] - bucketMs[other])[0] ?? '1h');
}
