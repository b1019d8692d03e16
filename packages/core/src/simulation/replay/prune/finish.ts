import { controlItems, recountOf } from '../../../control/keys.ts';
import { sweptGenerations } from '../../../prune/swept.ts';
import type { RunContext } from '../control.ts';
import { readRun, setRun } from '../control.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import { finish } from '../steps/finish.ts';
import type { ReplayWorld } from '../world.ts';
import { markPruned, workQuestion } from './plan.ts';

/** Sweeps what is left of generations that are wholly gone, and ends the run. */
export function* finishPrune(world: ReplayWorld, context: RunContext): Step<void> {
  const { run } = context.request;
  const { Work = [], Outcome } = yield* readRun(world, run);
  if (Outcome === undefined) {
    const question = yield* workQuestion(world, context);
    if (!world.rules.undoPrunedFirst) {
      yield* markPruned(world, context, question, Work);
    }
    for (const { run: swept, generation } of sweptGenerations(question, Work)) {
      yield* request(`sweep generation ${generation}`, () => sweep(world, generation));
      yield* setRun(world, swept, { Swept: true });
    }
  }
  yield* finish(world, run, 'pruned');
}

function sweep({ store }: ReplayWorld, generation: number): void {
  const recount = recountOf(generation);
  for (const items of [store.marks, store.ledgers, store.checkpoints]) {
    for (const key of [...items.keys()]) {
      if (
        key.startsWith(controlItems.checkpointPrefix(recount)) ||
        key.startsWith(controlItems.ledgerPrefix(recount))
      ) {
        items.delete(key);
      }
    }
  }
}
