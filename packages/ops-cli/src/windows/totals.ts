import type { DeployedSource } from '@tidemark/core/deployment';
import { windowSize } from '@tidemark/core/series/window';
import { type WindowTotal, windowTotals } from '@tidemark/core/series/window-total';
import type { Tables } from '../aws/dynamodb.ts';
import { Failure } from '../failure.ts';
import { type PartialsQuery, readPartials } from '../partials.ts';

/**
 * The windows of a source, merged from their partials, by name in code-point order and then by time. Throws a Failure for a source
 * without a window.
 */
export async function readWindowTotals(
  tables: Tables,
  source: DeployedSource,
  query: PartialsQuery,
): Promise<WindowTotal[]> {
  const { window } = source;
  if (window === undefined) throw new Failure(`source ${source.name} has no window`);
  const partials = await readPartials(tables, source, windowSize(window.seconds), query, (name, range) =>
    tables.windows(source.seriesTable, name, range),
  );
  return windowTotals(partials);
}
