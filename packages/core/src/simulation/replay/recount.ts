import { controlItems } from '../../control/keys.ts';
import { followed } from '../../recount/follow.ts';
import type { Permit } from '../../recount/permit.ts';
import { permitFor } from '../../recount/permit.ts';
import { planRecount } from '../../recount/recount.ts';
import type { Program, Task } from '../call.ts';
import type { Batch } from '../counting.ts';
import { countBatch } from '../counting.ts';
import type { Target } from '../mapping.ts';
import type { Instance } from '../memory.ts';
import type { InvocationEnd } from '../network.ts';
import type { RunContext } from './control.ts';
import type { OpenShard } from './shards.ts';
import type { Running, StepEnd } from './step.ts';
import { request } from './step.ts';
import type { ReplayWorld } from './world.ts';

/** The recount as the target of a pipe: it counts into the generation of the run that holds the lock, and for no other pipe than that run's. */
export function recountFunction(world: ReplayWorld, pipe: string): Target {
  return {
    name: `recount for ${pipe}`,
    timeoutMs: world.scenario.recountTimeoutMs,
    instances: world.recountInstances,
    program: (instance, batch) => recountBatch(world, instance, { pipe }, batch),
  };
}

/** One invocation. */
export function* recountBatch(
  world: ReplayWorld,
  instance: Instance,
  applicant: { readonly pipe: string } | { readonly run: string },
  batch: Batch,
): Program {
  let permit: Permit | undefined;
  let count = 0;
  const ask = function* (): Task {
    const timeline = yield* request('read timeline', () => world.store.timeline);
    permit = permitFor(timeline, applicant);
    const { id, stream } = world.scenario.shards[batch.place] as OpenShard;
    const records = stream.slice(batch.from, batch.to);
    const live = yield* request('read live checkpoint', () =>
      world.store.marks.get(controlItems.checkpoint('count', id)),
    );
    count = world.rules.recountFollowsLive ? followed(records, live?.LastSequence) : records.length;
    return 'done';
  };
  yield [ask()];
  const generation = permit?.ok === true ? permit.generation : lateGeneration(world, applicant);
  if (generation === undefined) {
    return 'failed';
  }
  const part = { ...batch, to: batch.from + count };
  if (count === 0) {
    return 'failed';
  }
  world.truth.handed(part, false, generation);
  const end = yield* countBatch(world, instance, part, (read, decisions) => {
    const plan = planRecount(read, decisions, generation);
    const isPiped = 'pipe' in applicant;
    return { ...plan, quarantined: [], checkpoint: { ...plan.checkpoint, isPiped } };
  });
  if (end === 'done') {
    world.truth.handed(part, true, generation);
  }
  // The rest waits for live counting: the batch comes again.
  return part.to === batch.to ? end : 'failed';
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

/** The recount as a state of a backfill calls it: it counts an object of the archive. */
export class RunningRecount implements Running {
  readonly program: Program;

  constructor(world: ReplayWorld, { request: { run } }: RunContext, batch: Batch) {
    this.program = recountBatch(world, { isBusy: true, memory: undefined }, { run }, batch);
  }

  endOf(end: InvocationEnd): StepEnd {
    return end === 'done' ? { kind: 'done', result: undefined } : { kind: 'failed' };
  }
}
