import { StateFailure } from '../failure.ts';
import { dataBytesMax, jsonBytes } from '../limits.ts';
import type { DistributedMap, MapItem } from '../map-runner.ts';

/** The input of one child, and how many items it holds. */
export interface ChildInput {
  readonly input: unknown;
  readonly items: number;
}

interface Limits {
  readonly itemsMax: number;
  readonly bytesMax: number;
  /** Stands beside the items of every batch; undefined for none. */
  readonly batchInput: unknown;
}

/** The children's inputs, in the order of the items: one an item, or batches of `Items` and `BatchInput`. */
export async function childInputs(map: DistributedMap, items: readonly MapItem[]): Promise<readonly ChildInput[]> {
  const selected: unknown[] = [];
  for (const item of items) selected.push(await map.select(item));
  const limits = await limitsOf(map);
  return limits === undefined ? selected.map((input) => ({ input, items: 1 })) : batches(selected, limits);
}

async function limitsOf(map: DistributedMap): Promise<Limits | undefined> {
  const batcher = map.state.ItemBatcher;
  if (batcher === undefined) return undefined;
  const limit = async (name: string, otherwise: number): Promise<number> => {
    if (batcher[name] === undefined) return otherwise;
    const value = await map.evaluate(batcher[name], `ItemBatcher/${name}`);
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
    const cause = `The ${name} field of the ItemBatcher must be a positive integer, and is ${JSON.stringify(value)}`;
    throw StateFailure.reserved('States.QueryEvaluationError', cause);
  };
  const { BatchInput } = batcher;
  return {
    itemsMax: await limit('MaxItemsPerBatch', Number.POSITIVE_INFINITY),
    bytesMax: Math.min(await limit('MaxInputBytesPerBatch', dataBytesMax), dataBytesMax),
    batchInput: BatchInput === undefined ? undefined : await map.evaluate(BatchInput, 'ItemBatcher/BatchInput'),
  };
}

function batches(items: readonly unknown[], { itemsMax, bytesMax, batchInput }: Limits): readonly ChildInput[] {
  const inputOf = (Items: readonly unknown[]) => ({
    ...(batchInput === undefined ? {} : { BatchInput: batchInput }),
    Items,
  });
  const emptyBytes = jsonBytes(inputOf([]));
  const made: ChildInput[] = [];
  let batch: unknown[] = [];
  let bytes = emptyBytes;
  const end = () => {
    if (batch.length > 0) made.push({ input: inputOf(batch), items: batch.length });
    batch = [];
    bytes = emptyBytes;
  };
  for (const item of items) {
    const itemBytes = jsonBytes(item) + 1;
    // An item that is too large by itself makes a batch of its own, and its child fails.
    if (batch.length >= itemsMax || bytes + itemBytes > bytesMax) end();
    batch.push(item);
    bytes += itemBytes;
  }
  end();
  return made;
}
