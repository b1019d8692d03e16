import type { DeployedSource } from '@tidemark/core/deployment';
import { belowFloors } from '@tidemark/core/replay/below-floor';
import { firstBySize } from '@tidemark/core/replay/first-bucket';
import type { Tables } from '../aws/dynamodb.ts';
import { Failure } from '../failure.ts';
import { readFloors } from '../prune/floors.ts';
import { renderInstant } from '../render.ts';
import { entriesBySize, sizesOf, tellSize } from '../sizes.ts';
import { commandOf, type Target } from '../target.ts';
import type { Asked } from './start-run.ts';

/**
 * What the prune floors mean for a run that counts: for each size that begins at its floor and not where it was asked to, a sentence. Throws a Failure
 * where nothing is left to rebuild.
 */
export async function floorRemarks(
  target: Pick<Target, 'stage' | 'endpoint' | 'client'>,
  tables: Pick<Tables, 'controlItem'>,
  source: DeployedSource,
  { from, toMs }: Pick<Asked, 'from' | 'toMs'>,
): Promise<string[]> {
  const [floors, sizes] = [await readFloors(tables, source), sizesOf(source)];
  if (typeof from !== 'number') return [];
  const refusal = belowFloors(floors, sizes, { fromMs: from, ...(toMs === undefined ? {} : { toMs }) });
  if (refusal !== undefined) throw new Failure(refusal.replaceAll('`tidemark ', `\`${commandOf(target)} `));
  return entriesBySize(firstBySize(from, sizes, floors))
    .filter(([size]) => floors.highestFloor(size) > from)
    .map(([size, firstMs]) =>
      toMs !== undefined && firstMs >= toMs
        ? `of ${tellSize(size)} nothing is rebuilt: they are pruned before ${renderInstant(floors.highestFloor(size))}`
        : `of ${tellSize(size)} those from ${renderInstant(firstMs)} on are rebuilt: those before are pruned`,
    );
}
