import { type Floors, type FloorsItem, floorsOf } from '@tidemark/core/control/floors';
import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Tables } from '../aws/dynamodb.ts';
import { entriesBySize } from '../sizes.ts';

/** Before when each size that has a floor is pruned. Milliseconds since the epoch. */
export function highestFloors(floors: Floors): Readonly<Partial<Record<SpanSize, number>>> {
  return Object.fromEntries(entriesBySize(floors.Floors).map(([size]) => [size, floors.highestFloor(size)]));
}

/** The prune floors of a source as they stand. */
export async function readFloors(tables: Pick<Tables, 'controlItem'>, source: DeployedSource): Promise<Floors> {
  const item = await tables.controlItem(source.controlTable, source.name, controlItems.floors);
  return floorsOf(item as FloorsItem | undefined);
}
