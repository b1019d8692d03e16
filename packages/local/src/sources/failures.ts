/** What a function's answer says about its batch, where the mapping reports partial failures. */
export type BatchVerdict =
  | { readonly kind: 'success' }
  /** Everything from this record on is to be delivered again. */
  | { readonly kind: 'from'; readonly index: number }
  | { readonly kind: 'failure' };

const success: BatchVerdict = { kind: 'success' };
const failure: BatchVerdict = { kind: 'failure' };

/**
 * Reads `{batchItemFailures: [{itemIdentifier}]}` for a batch of records that may be named so. A missing, null or empty list
 * is a success; the first record that is named is the place to go on from; an empty, absent or unknown identifier makes the
 * whole batch a failure.
 */
export function readVerdict(answer: unknown, identifiers: readonly (readonly string[])[]): BatchVerdict {
  if (typeof answer !== 'object' || answer === null) return success;
  const { batchItemFailures: items } = answer as { batchItemFailures?: unknown };
  if (items === undefined || items === null) return success;
  if (!Array.isArray(items)) return failure;
  if (items.length === 0) return success;
  const places = new Map(identifiers.flatMap((names, index) => names.map((name) => [name, index] as const)));
  let lowest = Number.POSITIVE_INFINITY;
  for (const item of items as readonly unknown[]) {
    const identifier = (item as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    const place = typeof identifier === 'string' ? places.get(identifier) : undefined;
    if (place === undefined) return failure;
    lowest = Math.min(lowest, place);
  }
  return { kind: 'from', index: lowest };
}
