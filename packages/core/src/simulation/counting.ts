import type { BatchPlan } from '../count/count.ts';
import { planBatch } from '../count/count.ts';
import type { Decisions } from '../count/outcomes.ts';
import type { ReadBatch } from '../count/read.ts';
import { readBatch } from '../count/read.ts';
import { firstGeneration } from '../series/partial.ts';
import type { Program, Task } from './call.ts';
import { halves } from './halves.ts';
import type { Target } from './mapping.ts';
import type { Instance, Memory } from './memory.ts';
import { admitNames, decisionsFor, isTooLongAgo, readDecisions } from './memory.ts';
import type { Shard } from './scenario.ts';
import type { CountingWorld } from './world.ts';
import { timeoutMs } from './world.ts';
import { putQuarantine, writeCheckpoint, writeLedger, writePartial } from './writes.ts';

/** Records `from` to `to` (without it) of a shard. */
export interface Batch {
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

/** The count function of a source without a timeline. */
export function countFunction(world: CountingWorld): Target {
  const program = (instance: Instance, batch: Batch): Program => countBatch(world, instance, batch, planOf);
  return { name: 'invocation', timeoutMs, instances: [], program };
}

/** What a batch writes, by the decisions remembered: it is here that functions which count differ. */
export type PlanOf = (read: ReadBatch, decisions: Decisions, memory: Memory) => BatchPlan;

/** One invocation of a function that counts: the order of its steps, and the places where a rule that is off changes it. */
export function* countBatch(world: CountingWorld, instance: Instance, batch: Batch, planOf: PlanOf): Program {
  const { scenario, rules } = world;
  const shard = scenario.shards[batch.place] as Shard;
  const records = shard.stream.slice(batch.from, batch.to);
  const read = readBatch({ shardId: shard.id, records }, scenario.source, scenario.decode);
  if (!rules.malformedIsSetAside && read.malformed.length > 0) {
    return 'failed';
  }
  if (isTooLongAgo(instance.memory, world)) {
    yield [readDecisions(world, instance)];
  }
  const memory = instance.memory as Memory;
  yield [admitNames(world, memory, read)];
  const decisions = decisionsFor(world, memory);
  const plan = planOf(read, decisions, memory);

  const [first = [], second = []] = rules.aggregateTogether
    ? [plan.partials]
    : halves(read).map((half) => planOf(half, decisions, memory).partials);
  const ledgers = (): Task[] => plan.ledgers.map((ledger) => writeLedger(world, batch.place, plan, ledger));
  const checkpoint = (): Task[] => [writeCheckpoint(world, batch.place, plan)];
  yield [
    ...first.map((partial) => writePartial(world, batch.place, plan, partial)),
    ...plan.quarantined.map((record) => putQuarantine(world, record)),
    ...(rules.ledgerAfterPartials ? [] : ledgers()),
  ];
  yield second.map((partial) => writePartial(world, batch.place, plan, partial));
  yield [...(rules.ledgerAfterPartials ? ledgers() : []), ...(rules.checkpointLast ? [] : checkpoint())];
  yield rules.checkpointLast ? checkpoint() : [];
  return 'done';
}

function planOf(read: ReadBatch, decisions: Decisions): BatchPlan {
  return planBatch(read, { ...decisions, generationOf: () => firstGeneration, writer: 'live' });
}
