import type { HeldShard } from '@tidemark/core/replay/passed';
import { notPassed, passMsMax } from '@tidemark/core/replay/passed';
import type { HoldCheckpoints } from '@tidemark/core/replay/run';
import type { PassedAnswer, PassedCall } from '@tidemark/core/replay/switch-steps';
import type { Fence } from '@tidemark/core/series/sequence';
import { StepFailure } from '../runs/failure.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';

/** Live counting is held meanwhile: the looks are frequent. */
const waitSeconds = 5;
const namedMax = 10;

/** Whether the recount has handled everything that live counting had when it was held. */
export async function passed(step: Step<PassedCall>): Promise<PassedAnswer> {
  const { control, stream, signal, nowMs } = step;
  const { item, generation } = await standingRun(step);
  if (item.HoldCheckpoints === undefined)
    throw new StepFailure('OutOfTurn', 'nobody has noted how far live counting was');
  const recounts = await control.recountCheckpoints(generation);
  const live = [...furthestAtHold(item.HoldCheckpoints)];
  // A shard with which the recount never began must hold nothing that live counting has handled: from the pipe's start on, or it would wait for ever for one that is idle.
  const unseen = live.map(([shardId]) => shardId).filter((shardId) => !recounts.has(shardId));
  const looks = await stream.looks(unseen, item.PipeFromMs, signal);
  const shards = live.map(([shardId, fence]): HeldShard => {
    const recount = recounts.get(shardId)?.LastSequence;
    const look = looks.get(shardId);
    const first = typeof look === 'object' ? look.fence : look === 'none' ? look : undefined;
    return { shardId, live: fence, ...(recount ? { recount } : {}), ...(first === undefined ? {} : { first }) };
  });
  const waiting = notPassed(shards);
  const { DrainedMs = nowMs } = item;
  if (waiting.length > 0 && nowMs - DrainedMs > passMsMax) {
    throw new StepFailure('NotPassed', `${waiting[0]} and ${waiting.length - 1} other shards are behind live counting`);
  }
  return { passed: waiting.length === 0, waiting: waiting.slice(0, namedMax), waitSeconds };
}

/** By shard, the furthest that any consumer was. */
function furthestAtHold({ count, window }: HoldCheckpoints): Map<string, Fence> {
  const furthest = new Map(Object.entries(count));
  for (const [shardId, fence] of Object.entries(window)) {
    if (fence > (furthest.get(shardId) ?? '')) furthest.set(shardId, fence);
  }
  return furthest;
}
