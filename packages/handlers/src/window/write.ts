import type { Mend } from '@tidemark/core/window/mend';
import type { PartSetAside } from '@tidemark/core/window/set-aside';
import { ledgerPartSetAside, windowPartSetAside } from '@tidemark/core/window/set-aside';
import type { WindowPlan } from '@tidemark/core/window/window';
import { writeCheckpoint } from '../control/checkpoint.ts';
import { inParallel } from '../parallel.ts';
import type { StraddlingLedger } from './ledgers.ts';
import { straddlingLedger, writeLedger, writeMendedLedger } from './ledgers.ts';
import type { StraddlingPartial } from './partials.ts';
import { writeMended, writePartial } from './partials.ts';
import { readAgain } from './read-again.ts';
import type { WindowTargets } from './targets.ts';

export interface WindowWritten {
  /** Partials that were added to what stood in their items. */
  readonly merged: number;
  /** Partials that stood in their items already. */
  readonly held: number;
  /** Sums that were split at a fence with records read again. */
  readonly mended: number;
  /** Sums that cannot be split any more. */
  readonly setAside: number;
  /** Events that the ledger held already. */
  readonly redelivered: number;
}

/**
 * Performs a plan step by step: partials and quarantine, then the ledger, then the checkpoint. Throws when any part of a step fails, after
 * all of the step's requests have ended; the steps after it are not begun.
 */
export async function writeWindow(
  plan: WindowPlan,
  shardId: string,
  targets: WindowTargets,
  signal: AbortSignal,
): Promise<WindowWritten> {
  const writing = new Writing(plan, shardId, targets, signal);
  await writing.partials();
  await writing.ledgers();
  if (plan.checkpoint) await writeCheckpoint(targets.dynamodb, targets.controlTable, plan.checkpoint, signal);
  return writing.written;
}

class Writing {
  readonly written = { merged: 0, held: 0, mended: 0, setAside: 0, redelivered: 0 };
  readonly #plan: WindowPlan;
  readonly #shardId: string;
  readonly #targets: WindowTargets;
  readonly #signal: AbortSignal;
  /** Ledgers whose rests were read again together with those of partials. */
  readonly #straddlingLedgers: StraddlingLedger[] = [];
  #mend: Mend | undefined;

  constructor(plan: WindowPlan, shardId: string, targets: WindowTargets, signal: AbortSignal) {
    this.#plan = plan;
    this.#shardId = shardId;
    this.#targets = targets;
    this.#signal = signal;
  }

  async partials(): Promise<void> {
    const straddling: StraddlingPartial[] = [];
    const writePart = async (partial: WindowPlan['partials'][number]): Promise<void> => {
      const outcome = await writePartial(partial, this.#targets, this.#signal);
      if (outcome.kind === 'straddles') straddling.push(outcome);
      else if (outcome.kind !== 'written') this.written[outcome.kind] += 1;
    };
    const { partials, quarantined } = this.#plan;
    await inParallel(
      [
        ...partials.map((partial) => () => writePart(partial)),
        ...quarantined.map(
          ({ objectKey, body }) =>
            () =>
              this.#targets.dataBucket.put(objectKey, body, this.#signal),
        ),
      ],
      (write) => write(),
    );
    if (straddling.length > 0) await this.#mendPartials(straddling);
  }

  async ledgers(): Promise<void> {
    const mended = new Set(this.#straddlingLedgers.map(({ ledger }) => ledger));
    const straddling: StraddlingLedger[] = [];
    await inParallel(
      this.#plan.ledgers.filter((ledger) => !mended.has(ledger)),
      async (ledger) => {
        const outcome = await writeLedger(ledger, this.#targets, this.#signal);
        if (outcome.kind === 'straddles') straddling.push(outcome);
        else this.written.redelivered += outcome.redelivered;
      },
    );
    if (straddling.length > 0) await this.#mendLedgers(straddling, await this.#readAgain([], straddling));
    if (this.#mend) await this.#mendLedgers(this.#straddlingLedgers, this.#mend);
  }

  async #mendPartials(straddling: readonly StraddlingPartial[]): Promise<void> {
    // One reading of the shard serves partials and ledgers: it costs far more than a look at where the ledgers stand.
    const ledgers = await inParallel(this.#plan.ledgers, (each) => straddlingLedger(each, this.#targets, this.#signal));
    this.#straddlingLedgers.push(...ledgers.filter((ledger) => ledger !== undefined));
    const mend = await this.#readAgain(straddling, this.#straddlingLedgers);
    this.#mend = mend;
    await inParallel(straddling, async (each) => {
      const rest = mend.windowRest(each.straddle);
      if (rest === undefined) await this.#setAside(windowPartSetAside(...this.#place, each.straddle));
      else this.written.mended += 1;
      await writeMended(each, rest, this.#targets, this.#signal);
    });
  }

  async #mendLedgers(straddling: readonly StraddlingLedger[], mend: Mend): Promise<void> {
    await inParallel(straddling, async (each) => {
      const rest = mend.ledgerRest(each.straddle);
      if (rest === undefined) {
        await this.#setAside(ledgerPartSetAside(...this.#place, each.straddle));
      } else {
        this.written.mended += 1;
        this.written.redelivered += await writeMendedLedger(each, rest, this.#targets, this.#signal);
      }
    });
  }

  #readAgain(partials: readonly StraddlingPartial[], ledgers: readonly StraddlingLedger[]): Promise<Mend> {
    const straddleOf = <Straddle>({ straddle }: { readonly straddle: Straddle }): Straddle => straddle;
    return readAgain(this.#shardId, partials.map(straddleOf), ledgers.map(straddleOf), this.#targets, this.#signal);
  }

  async #setAside({ objectKey, body }: PartSetAside): Promise<void> {
    await this.#targets.dataBucket.put(objectKey, body, this.#signal);
    this.written.setAside += 1;
  }

  get #place(): [source: string, shardId: string] {
    return [this.#targets.source, this.#shardId];
  }
}
