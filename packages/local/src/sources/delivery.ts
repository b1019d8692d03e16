import type { Clock } from '../clock.ts';
import { type InvocationResult, InvokeFault } from '../lambda/invocation.ts';
import { eventJson } from './batch.ts';
import type { Chaos } from './chaos.ts';
import type { Discard } from './destination.ts';
import { type BatchVerdict, readVerdict } from './failures.ts';
import { afterDelivery, backoffMs, split, type Unit } from './retry.ts';
import type { MappingSettings } from './settings.ts';
import type { SourceRecord } from './source.ts';

/** What one shard's deliveries need of the rest. */
export interface DeliveryOptions {
  readonly shardId: string;
  readonly settings: MappingSettings;
  readonly clock: Clock;
  readonly invoke: (eventJson: string) => Promise<InvocationResult>;
  /** The shard is done with everything up to this record. */
  readonly handled: (record: SourceRecord) => void;
  /** Takes what is given up; the shard waits for it. */
  readonly discard: (discard: Pick<Discard, 'records' | 'condition' | 'invocations'>) => Promise<void>;
  /** Tells of a failed delivery. */
  readonly failed: (records: readonly SourceRecord[], reason: string) => void;
  /** Asked anew before every delivery, so that it can be set while the mapping runs. */
  readonly chaos: () => Chaos | undefined;
  /** Up to so many records that follow, for other bounds. */
  readonly following: (count: number) => Promise<readonly SourceRecord[]>;
  /** Told of an invocation whose end nothing waits for. */
  readonly stray: (invocation: Promise<unknown>) => void;
  /** Aborted: no further delivery begins. */
  readonly signal: AbortSignal;
}

type Records = Unit<SourceRecord>;

/**
 * Delivers one batch of a shard until every record of it is handled or given up, one invocation at a time and in order:
 * retries with a growing wait, splits, partial failures, ages. Resolves early, with records left, when it is stopped.
 */
export async function deliver(batch: readonly SourceRecord[], options: DeliveryOptions): Promise<void> {
  let units: Records[] = [{ records: batch, failures: 0 }];
  let failuresInRow = 0;
  while (!options.signal.aborted) {
    const next = await takeNext(units, options);
    if (next === undefined) return;
    const { unit, duplicate } = next;
    units = next.units;
    const verdict = await attempt(unit, duplicate, options);
    if (verdict.kind === 'throttled') {
      units = [unit, ...units];
      failuresInRow += 1;
      await pause(failuresInRow, options);
      continue;
    }
    const step = afterDelivery(unit, verdict, options.settings);
    const last = unit.records[step.handled - 1];
    if (last !== undefined) {
      failuresInRow = 0;
      options.handled(last);
    }
    units = [...step.units, ...units];
    if (step.discarded.length > 0) {
      await giveUp(step.discarded, 'RetryAttemptsExhausted', unit.failures + 1, options);
    }
    if (!step.wait) continue;
    failuresInRow += 1;
    await pause(failuresInRow, options);
  }
}

interface Next {
  readonly unit: Records;
  readonly duplicate: boolean;
  readonly units: Records[];
}

/** The next unit to deliver, without what is too old, and with the bounds that chaos wants; undefined when none is left. */
async function takeNext(units: Records[], options: DeliveryOptions): Promise<Next | undefined> {
  let rest = units;
  for (;;) {
    const [first, ...others] = rest;
    if (first === undefined) return undefined;
    const unit = await withoutExpired(first, options);
    if (unit.records.length === 0) {
      rest = others;
      continue;
    }
    const disturbance = options.chaos()?.(describe(unit, options.shardId));
    if (disturbance?.bisect && unit.records.length > 1) {
      rest = [...split(unit), ...others];
      continue;
    }
    const duplicate = disturbance?.duplicate ?? false;
    if (disturbance?.bounds === undefined) return { unit, duplicate, units: others };
    return { duplicate, ...(await rebound(unit, others, disturbance.bounds, options)) };
  }
}

/** `count` records from the front of everything that waits, the rest of the unit after it. */
async function rebound(unit: Records, others: Records[], count: number, { following }: DeliveryOptions) {
  const waiting = [unit, ...others].flatMap((each) => each.records);
  const records = waiting.length < count ? [...waiting, ...(await following(count - waiting.length))] : waiting;
  const taken = records.slice(0, Math.max(1, count));
  const left = records.slice(taken.length);
  const units = left.length === 0 ? [] : [{ records: left, failures: unit.failures }];
  return { unit: { records: taken, failures: unit.failures }, units };
}

/** Gives up the records at the front that are older than the mapping lets them become. */
async function withoutExpired(unit: Records, options: DeliveryOptions): Promise<Records> {
  const { MaximumRecordAgeInSeconds: ageMax } = options.settings;
  if (ageMax < 0) return unit;
  const oldest = options.clock.now() - ageMax * 1000;
  const young = unit.records.findIndex((record) => record.arrivalMs >= oldest);
  const expired = young === -1 ? unit.records : unit.records.slice(0, young);
  if (expired.length === 0) return unit;
  await giveUp(expired, 'RecordAgeExceeded', unit.failures, options);
  return { ...unit, records: unit.records.slice(expired.length) };
}

async function giveUp(
  records: readonly SourceRecord[],
  condition: Discard['condition'],
  invocations: number,
  { discard, handled }: DeliveryOptions,
): Promise<void> {
  await discard({ records, condition, invocations });
  const last = records.at(-1);
  if (last !== undefined) handled(last);
}

type Verdict = BatchVerdict | { readonly kind: 'throttled' };

async function attempt({ records }: Records, duplicate: boolean, options: DeliveryOptions): Promise<Verdict> {
  const json = eventJson(records);
  if (duplicate) options.stray(options.invoke(json));
  const result = await options.invoke(json).catch((error: unknown) => {
    if (error instanceof InvokeFault) return error;
    throw error;
  });
  if (result instanceof InvokeFault) {
    options.failed(records, result.message);
    return { kind: result.code === 'TooManyRequestsException' ? 'throttled' : 'failure' };
  }
  if (!result.ok) {
    options.failed(records, `${result.errorType}: ${result.errorMessage}`);
    return { kind: 'failure' };
  }
  if (!options.settings.ReportBatchItemFailures) return { kind: 'success' };
  const sequenceNumbers = records.map((record) => record.sequenceNumber);
  const verdict = readVerdict(result.payload, sequenceNumbers);
  if (verdict.kind !== 'success') options.failed(records, 'The function reported batch item failures');
  return verdict;
}

async function pause(failuresInRow: number, { clock, signal }: DeliveryOptions): Promise<void> {
  // A stop ends the wait; the loop sees it.
  await clock.sleep(backoffMs(failuresInRow), signal).catch(() => {});
}

function describe({ records, failures }: Records, shardId: string) {
  return {
    shardId,
    firstSequenceNumber: records[0]?.sequenceNumber ?? '',
    lastSequenceNumber: records.at(-1)?.sequenceNumber ?? '',
    records: records.length,
    failures,
  };
}
