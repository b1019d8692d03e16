import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Source } from '@tidemark/core/config';
import type { StreamConsumer } from '@tidemark/core/control/keys';
import { readBatch } from '@tidemark/core/count/read';
import type { ShardBatch } from '@tidemark/core/count/record';
import { followed } from '@tidemark/core/recount/follow';
import type { Applicant } from '@tidemark/core/recount/permit';
import { planRecount } from '@tidemark/core/recount/recount';
import { readCheckpoint } from '../control/checkpoint.ts';
import { RememberedDecisions } from '../control/decisions.ts';
import { inParallel } from '../parallel.ts';
import { askPermit } from './permit.ts';
import type { RecountTargets } from './write.ts';
import { writeRecount } from './write.ts';

/** How long to wait before live counting is looked at again, in milliseconds: at the tip it is a moment behind. */
const followMs = 500;
/**
 * How long to wait for live counting that is held, in milliseconds: as long as its last invocations take to end is not waited for here, since whatever waits keeps
 * the pipe from stopping, and so makes the hold longer. What is left comes again.
 */
const followHeldMsMax = 2000;

/** What became of a batch. */
interface Counted {
  /** How many of the first records were counted. */
  readonly records: number;
  readonly isHolding: boolean;
}

/** Counts batches of a shard into the generation of the run that holds the lock. */
export class Recounting {
  readonly #source: Source;
  readonly #targets: RecountTargets;
  readonly #log: Logger;
  readonly #remembered: RememberedDecisions;

  constructor(source: Source, targets: RecountTargets, log: Logger) {
    this.#source = source;
    this.#targets = targets;
    this.#log = log;
    this.#remembered = new RememberedDecisions(targets.dynamodb, targets.controlTable, source);
  }

  /**
   * Counts a batch as far as live counting has handled it, and waits for the rest until `untilMs`, while it is held but a moment. Throws where that was
   * too short: what is left comes again, with what was counted, which is fenced.
   */
  async follow(
    { shardId, records }: ShardBatch,
    applicant: Applicant,
    untilMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const startedMs = Date.now();
    for (let counted = 0; ; ) {
      const next = await this.count({ shardId, records: records.slice(counted) }, applicant, signal);
      counted += next.records;
      if (counted === records.length) return;
      const waitsUntilMs = next.isHolding ? Math.min(untilMs, startedMs + followHeldMsMax) : untilMs;
      if (Date.now() + followMs > waitsUntilMs)
        throw new Error(`${shardId}: live counting has not handled the batch in time`);
      await sleep(followMs, undefined, { signal });
    }
  }

  /** The part of a batch that live counting has handled, by the furthest of its checkpoints. */
  async #followed({ shardId, records }: ShardBatch, signal: AbortSignal): Promise<ShardBatch> {
    const { dynamodb, controlTable } = this.#targets;
    const { name, buckets, window } = this.#source;
    const consumers: StreamConsumer[] = [];
    if (buckets.length > 0) consumers.push('count');
    if (window !== undefined) consumers.push('window');
    const checkpoints = await inParallel(consumers, (consumer) =>
      readCheckpoint(dynamodb, controlTable, name, consumer, shardId, signal),
    );
    const fences = checkpoints.flatMap((checkpoint) => (checkpoint === undefined ? [] : [checkpoint.LastSequence]));
    return { shardId, records: records.slice(0, followed(records, fences.sort().at(-1))) };
  }

  /**
   * Counts what live counting has handled of a batch, perhaps nothing. Any failure throws, and the whole batch comes again: what it wrote is fenced. Nothing
   * is written where the applicant may not count.
   */
  async count(whole: ShardBatch, applicant: Applicant, signal: AbortSignal): Promise<Counted> {
    const startedMs = Date.now();
    const summary: Record<string, unknown> = {
      ...applicant,
      shardId: whole.shardId,
      records: whole.records.length,
      firstSequence: whole.records[0]?.sequenceNumber,
      lastSequence: whole.records.at(-1)?.sequenceNumber,
    };
    try {
      const { dynamodb, controlTable } = this.#targets;
      const { run, generation, isHolding } = await askPermit(
        dynamodb,
        controlTable,
        this.#source.name,
        applicant,
        signal,
      );
      const batch = await this.#followed(whole, signal);
      if (batch.records.length === 0) return { records: 0, isHolding };
      const read = readBatch(batch, this.#source);
      const decisions = await this.#remembered.admit(read, await this.#remembered.at(startedMs, signal), signal);
      const plan = planRecount(read, decisions, generation);
      const plannedMs = Date.now();
      Object.assign(summary, {
        ...{ run, generation, events: plan.checkpoint.received },
        ...{ records: batch.records.length, lastSequence: batch.records.at(-1)?.sequenceNumber },
        ...{ partials: plan.partials.length, windows: plan.windows.length, planMs: plannedMs - startedMs },
      });
      const origin = 'pipe' in applicant ? 'pipe' : 'archive';
      const written = await writeRecount(plan, { read, decisions }, origin, this.#targets, signal);
      this.#log.info('recounted', { ...summary, ...written, writeMs: Date.now() - plannedMs });
      return { records: batch.records.length, isHolding };
    } catch (error) {
      this.#log.error('not recounted', { ...summary, milliseconds: Date.now() - startedMs, error });
      throw error;
    }
  }
}
