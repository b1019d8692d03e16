import type { Permit } from '../../recount/permit.ts';
import { permitFor } from '../../recount/permit.ts';
import { planRecount } from '../../recount/recount.ts';
import type { Program, Task } from '../call.ts';
import type { Batch } from '../counting.ts';
import { countBatch } from '../counting.ts';
import type { Target } from '../mapping.ts';
import type { Instance } from '../memory.ts';
import type { InvocationEnd } from '../network.ts';
import { request } from './step.ts';
import type { ReplayWorld } from './world.ts';

/** The recount as the target of a pipe: it counts into the generation of the run that holds the lock, and for no other pipe than that run's. */
export function recountFunction(world: ReplayWorld, pipe: string): Target {
  const generations = new Map<Batch, number>();
  return {
    name: `recount for ${pipe}`,
    timeoutMs: world.scenario.recountTimeoutMs,
    instances: world.recountInstances,
    program: (instance, batch) => recountBatch(world, instance, { pipe }, batch, generations),
    onEnd: (batch, end) => ended(world, batch, end, generations),
  };
}

/** One invocation; `generations` is told into which one it counts. */
export function* recountBatch(
  world: ReplayWorld,
  instance: Instance,
  applicant: { readonly pipe: string } | { readonly run: string },
  batch: Batch,
  generations: Map<Batch, number>,
): Program {
  let permit: Permit | undefined;
  const ask = function* (): Task {
    const timeline = yield* request('read timeline', () => world.store.timeline);
    permit = permitFor(timeline, applicant);
    return 'done';
  };
  yield [ask()];
  const generation = permit?.ok === true ? permit.generation : lateGeneration(world, applicant);
  if (generation === undefined) {
    return 'failed';
  }
  generations.set(batch, generation);
  world.truth.handed(batch, false, generation);
  return yield* countBatch(world, instance, batch, (read, decisions) => ({
    ...planRecount(read, decisions, generation),
    quarantined: [],
  }));
}

/** With a rule off a pipe is told its generation when it is made, and goes on with it whatever has become of its run. */
function lateGeneration(
  { store, rules }: ReplayWorld,
  applicant: { readonly pipe: string } | { readonly run: string },
): number | undefined {
  if (rules.recountForLockHolder || !('pipe' in applicant)) {
    return undefined;
  }
  const run = [...store.runs.keys()].find((id) => applicant.pipe.endsWith(id));
  return run === undefined ? undefined : store.runs.get(run)?.Generation;
}

function ended(world: ReplayWorld, batch: Batch, end: InvocationEnd, generations: Map<Batch, number>): void {
  const generation = generations.get(batch);
  generations.delete(batch);
  if (generation !== undefined) {
    world.truth.handed(batch, end === 'done', generation);
  }
}
