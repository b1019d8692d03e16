import { type AttemptOptions, attempt } from './attempt.ts';
import { type GiveUpOptions, giveUp } from './give-up.ts';
import { type NextCallOptions, takeNext } from './next-call.ts';
import { afterDelivery, backoffMs, type Unit } from './retry.ts';
import type { SourceRecord } from './source.ts';

/** What one shard's deliveries need of the rest. */
export interface DeliveryOptions extends AttemptOptions, NextCallOptions, GiveUpOptions {
  /** Aborted: no further delivery begins. */
  readonly signal: AbortSignal;
}

/**
 * Delivers one batch of a shard until every record of it is handled or given up, one invocation at a time and in order:
 * retries with a growing wait, splits, partial failures, ages; and the calls that end windows, which are repeated until they
 * succeed. Resolves early, with records left, when it is stopped.
 */
export async function deliver(batch: readonly SourceRecord[], options: DeliveryOptions): Promise<void> {
  let units: readonly Unit<SourceRecord>[] = [{ records: batch, failures: 0 }];
  let failuresInRow = 0;
  while (!options.signal.aborted) {
    const next = await takeNext(units, options);
    if (next === undefined) return;
    const { unit } = next;
    units = next.units;
    const verdict = await attempt({ ...next, records: unit.records }, options);
    if (verdict.kind === 'forgotten') {
      units = [unit, ...units];
      continue;
    }
    // A call without records has none to split or to give up.
    if (verdict.kind === 'throttled' || (verdict.kind === 'failure' && unit.records.length === 0)) {
      units = [unit, ...units];
      failuresInRow += 1;
      await pause(failuresInRow, options);
      continue;
    }
    const step = afterDelivery(unit, verdict, options.settings);
    if (step.handled > 0 || unit.records.length === 0) failuresInRow = 0;
    if (verdict.kind !== 'failure') options.handled(unit.records[step.handled - 1]);
    units = [...step.units, ...units];
    if (step.discarded.length > 0) {
      await giveUp(step.discarded, 'RetryAttemptsExhausted', unit.failures + 1, options);
    }
    if (!step.wait) continue;
    failuresInRow += 1;
    await pause(failuresInRow, options);
  }
}

async function pause(failuresInRow: number, { clock, signal }: DeliveryOptions): Promise<void> {
  // A stop ends the wait; the loop sees it.
  await clock.sleep(backoffMs(failuresInRow), signal).catch(() => {});
}
