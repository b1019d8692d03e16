import type { BatchVerdict } from './failures.ts';
import type { MappingSettings } from './settings.ts';

/** Records that are delivered together, and how often they have been without success. */
export interface Unit<Item> {
  readonly records: readonly Item[];
  /** Failed deliveries that count towards MaximumRetryAttempts: splits do not. */
  readonly failures: number;
}

/** What to do after a delivery. */
export interface NextStep<Item> {
  /** So many records from the front are done with. */
  readonly handled: number;
  /** To be delivered next, in order. */
  readonly units: readonly Unit<Item>[];
  /** Given up, because the retries are used up. */
  readonly discarded: readonly Item[];
  /** Whether the same records are tried again, so that the shard waits a while first. */
  readonly wait: boolean;
}

type RetrySettings = Pick<MappingSettings, 'BisectBatchOnFunctionError' | 'MaximumRetryAttempts'>;

/**
 * Lambda's rules after one delivery of a unit. A partial failure goes on from its record; with bisect that is the split.
 * A whole failure is retried whole, or with bisect in two halves, which uses up no retry.
 */
export function afterDelivery<Item>(
  { records, failures }: Unit<Item>,
  verdict: BatchVerdict,
  { BisectBatchOnFunctionError: bisect, MaximumRetryAttempts: retries }: RetrySettings,
): NextStep<Item> {
  if (verdict.kind === 'success') return { handled: records.length, units: [], discarded: [], wait: false };
  const handled = verdict.kind === 'from' ? verdict.index : 0;
  const rest = records.slice(handled);
  if (bisect && handled > 0) return { handled, units: [{ records: rest, failures }], discarded: [], wait: false };
  if (bisect && rest.length > 1)
    return { handled, units: split({ records: rest, failures }), discarded: [], wait: false };
  const failed = failures + 1;
  if (retries >= 0 && failed > retries) return { handled, units: [], discarded: rest, wait: false };
  return { handled, units: [{ records: rest, failures: failed }], discarded: [], wait: handled === 0 };
}

/** The two halves of a unit; a single record stays whole. */
export function split<Item>({ records, failures }: Unit<Item>): readonly Unit<Item>[] {
  const middle = Math.ceil(records.length / 2);
  const halves = [records.slice(0, middle), records.slice(middle)];
  return halves.filter((half) => half.length > 0).map((half) => ({ records: half, failures }));
}

const backoffMsMin = 100;
const backoffMsMax = 60_000;

/**
 * Engine time before the same records are tried again: 100 ms after the first failure in a row, doubled after each
 * further one, at most a minute. AWS does not state its own schedule.
 */
export function backoffMs(failuresInRow: number): number {
  return Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(failuresInRow - 1, 20));
}
