import pMap from 'p-map';

/**
 * Requests that one invocation has under way at once: as many sockets as a client may open. Measured with DynamoDB
 * Local, 16 give three quarters of what 64 do and more give nothing.
 */
export const requestsInParallel = 64;

/**
 * Runs every task, the limit at a time, and settles only when all of them have: no request is left in flight when one
 * fails. Throws what the first one threw, with a count of the others.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  try {
    return await pMap(items, task, { concurrency: requestsInParallel, stopOnError: false });
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    const [first] = error.errors;
    throw error.errors.length === 1
      ? first
      : new Error(`${error.errors.length} of ${items.length} requests failed, the first: ${first?.name}`, {
          cause: first,
        });
  }
}
