import type { Logger } from '@aws-lambda-powertools/logger';
import type { Source } from '@tidemark/core/config';
import { readBatch } from '@tidemark/core/count/read';
import type { ShardBatch } from '@tidemark/core/count/record';
import type { Applicant } from '@tidemark/core/recount/permit';
import { planRecount } from '@tidemark/core/recount/recount';
import { RememberedDecisions } from '../control/decisions.ts';
import { askPermit } from './permit.ts';
import type { RecountTargets } from './write.ts';
import { writeRecount } from './write.ts';

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

  /** Any failure throws, and the whole batch comes again: what it wrote is fenced. Nothing is written where the applicant may not count. */
  async count(batch: ShardBatch, applicant: Applicant, signal: AbortSignal): Promise<void> {
    const startedMs = Date.now();
    const summary: Record<string, unknown> = {
      ...applicant,
      shardId: batch.shardId,
      records: batch.records.length,
      firstSequence: batch.records[0]?.sequenceNumber,
      lastSequence: batch.records.at(-1)?.sequenceNumber,
    };
    try {
      const { dynamodb, controlTable } = this.#targets;
      const { run, generation } = await askPermit(dynamodb, controlTable, this.#source.name, applicant, signal);
      const read = readBatch(batch, this.#source);
      const decisions = await this.#remembered.admit(read, await this.#remembered.at(startedMs, signal), signal);
      const plan = planRecount(read, decisions, generation);
      const plannedMs = Date.now();
      Object.assign(summary, {
        ...{ run, generation, events: plan.checkpoint.received },
        ...{ partials: plan.partials.length, windows: plan.windows.length, planMs: plannedMs - startedMs },
      });
      const origin = 'pipe' in applicant ? 'pipe' : 'archive';
      const written = await writeRecount(plan, { read, decisions }, origin, this.#targets, signal);
      this.#log.info('recounted', { ...summary, ...written, writeMs: Date.now() - plannedMs });
    } catch (error) {
      this.#log.error('not recounted', { ...summary, milliseconds: Date.now() - startedMs, error });
      throw error;
    }
  }
}
