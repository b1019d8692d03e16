import { readBatch } from '../../count/read.ts';
import type { StreamRecord } from '../../count/record.ts';
import { parseState } from '../../window/state.ts';
import type { DecidedBatch } from '../../window/window.ts';
import type { Program, Task } from '../call.ts';
import type { Instance, Memory } from '../memory.ts';
import { admitNames, decisionsFor, isTooLongAgo, readDecisions } from '../memory.ts';
import { writeLost } from './lost.ts';
import type { WindowShard } from './readings.ts';
import type { WindowCall } from './tumbling.ts';
import {
  carriedAsRuled,
  decisionsAsRuled,
  decodeAsRuled,
  planAsRuled,
  recordsAsRuled,
  stateAsRuled,
} from './unruly.ts';
import type { WindowResponse, WindowWorld } from './world.ts';
import { writePlan } from './writes.ts';

/** Groups of tasks that are part of a program, and what they come to. */
export type Steps<Result> = Generator<readonly Task[], Result, void>;

/** One invocation of the window function. What throws fails it, and is found out. */
export function* invokeWindow(
  world: WindowWorld,
  instance: Instance,
  call: WindowCall,
  respond: (response: WindowResponse) => void,
): Program {
  const steps = addUp(world, instance, call, respond);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        return step.value;
      }
      yield step.value.map((task) => guarded(world, task));
    }
  } catch (error) {
    return failedBy(world, error);
  }
}

function* guarded(world: WindowWorld, task: Task): Task {
  try {
    return yield* task;
  } catch (error) {
    return failedBy(world, error);
  }
}

function failedBy({ findings, trace }: WindowWorld, error: unknown): 'failed' {
  const message = error instanceof Error ? error.message : String(error);
  findings.report('sound', message);
  trace?.(`  throws: ${message}`);
  return 'failed';
}

/** The order of its steps, and the places where a rule that is off changes it. */
function* addUp(
  world: WindowWorld,
  instance: Instance,
  call: WindowCall,
  respond: (response: WindowResponse) => void,
): Program {
  const { scenario, rules } = world;
  const { place, closes } = call;
  const shard = scenario.shards[place] as WindowShard;
  const records = shard.stream.slice(call.from, call.to);
  const [first] = records;
  const carried = parseState(call.state);
  if (first === undefined && !rules.finalWithoutRecords) {
    respond({ state: {} });
    return 'done';
  }
  if (carried.kind === 'unreadable' && !rules.unreadableStateIsLost) {
    return 'failed';
  }
  const mayBeLost = carried.kind === 'unreadable' || (carried.kind === 'empty' && first !== undefined);
  const isLookedFor = mayBeLost && rules.lostStateLookedFor;
  if (isLookedFor && rules.lostWrittenFirst) {
    yield* writeLost(world, instance, place, first);
  }
  const state = carried.kind === 'held' ? stateAsRuled(world, carried.state) : undefined;
  const isTaken = first !== undefined && (closes !== 'final' || rules.finalWithRecords);
  const decided = isTaken
    ? yield* decide(world, instance, place, recordsAsRuled(world, records, call.window))
    : undefined;
  const ends = closes === 'final' || (closes === 'early' && rules.earlyPartMerged);
  const plan = planAsRuled(world, place, state, decided, ends);
  if (!ends && plan.partials.length > 0) {
    world.trace?.(`  lets go of ${plan.partials.length} rows`);
  }
  yield* writePlan(world, instance, place, plan);
  if (isLookedFor && !rules.lostWrittenFirst) {
    yield* writeLost(world, instance, place, first);
  }
  respond(ends && !rules.stateAlwaysReturned ? {} : { state: carriedAsRuled(world, plan.state) });
  return 'done';
}

/** Reads records and admits their names: what a plan is made of. */
export function* decide(
  world: WindowWorld,
  instance: Instance,
  place: number,
  records: readonly StreamRecord[],
): Steps<DecidedBatch> {
  const { source, shards } = world.scenario;
  const read = readBatch({ shardId: (shards[place] as WindowShard).id, records }, source, decodeAsRuled(world));
  if (isTooLongAgo(instance.memory, world)) {
    yield [readDecisions(world, instance)];
  }
  const memory = instance.memory as Memory;
  yield [admitNames(world, memory, read)];
  return { read, decisions: decisionsAsRuled(world, decisionsFor(world, memory)) };
}
