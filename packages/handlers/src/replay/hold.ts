import { noteHold } from '@tidemark/core/replay/lock';
import type { HoldCheckpoints } from '@tidemark/core/replay/run';
import type { StepCall } from '@tidemark/core/replay/steps';
import type { HeldAnswer, HeldCall, NoteHoldAnswer, NoteHoldCall } from '@tidemark/core/replay/switch-steps';
import { inParallel } from '../parallel.ts';
import { StepFailure } from '../runs/failure.ts';
import { consumersOf } from './shards.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';

/** Words for a mapping that reads its stream, or soon will. What an operator has disabled is not ours to enable. */
const enabledStates = ['Enabled', 'Enabling', 'Creating', 'Updating'];

/** Before the first mapping is disabled: writes down which were enabled. */
export async function noteHeld(step: Step<NoteHoldCall>): Promise<NoteHoldAnswer> {
  const { call, control, nowMs } = step;
  const { settings, mappings, run } = call;
  await standingRun(step);
  const held = settings.mappings.flatMap(({ consumer, mapping }) => {
    const state = mappings.find((each) => each.mapping === mapping)?.state;
    if (state === undefined) throw new StepFailure('BadCall', `mappings: the state of ${mapping} is missing`);
    return enabledStates.includes(state) ? [{ Consumer: consumer, Mapping: mapping }] : [];
  });
  const { Lock } = await control.change((item) => noteHold(item, run, held, nowMs));
  await control.setRun(run, { Phase: 'holding' }, { HeldFromMs: Lock?.HeldMs ?? nowMs });
  return { held: Lock?.Held ?? [], holdSeconds: settings.holdSeconds };
}

/** When no write of live counting can be under way any more: writes down how far it is. What was found first holds, should this come late. */
export async function held(step: Step<HeldCall>): Promise<HeldAnswer> {
  const { call, control, nowMs } = step;
  const { timeline, generation } = await standingRun(step);
  if (timeline.Lock?.Stage !== 'holding') throw new StepFailure('OutOfTurn', 'live counting is not held');
  const HoldCheckpoints = await checkpointsNow(step, generation);
  await control.setRun(call.run, {}, { HoldCheckpoints, DrainedMs: nowMs });
  const shards = new Set(Object.values(HoldCheckpoints).flatMap((checkpoints) => Object.keys(checkpoints)));
  return { shards: shards.size };
}

/**
 * Right before a switch: live counting stands where it stood when it was held. Somebody may have enabled a mapping that was found disabled: what it
 * counts while the timeline changes would be lost. Throws a StepFailure.
 */
export async function assertStill(step: Step<StepCall>, { item, generation }: StandingRun): Promise<void> {
  const now = await checkpointsNow(step, generation);
  for (const consumer of consumersOf(step.call.settings)) {
    const noted = item.HoldCheckpoints?.[consumer] ?? {};
    const moved = Object.entries(now[consumer]).find(([shardId, fence]) => noted[shardId] !== fence);
    if (moved === undefined) continue;
    const reason = `${consumer} has counted ${moved[0]} since it was held: was its mapping enabled by hand?`;
    throw new StepFailure('OutOfTurn', reason);
  }
}

/**
 * Of the shards that the stream lists and those that were recounted: of any other there is nothing in the run's generation, and nothing to come. A stream that
 * is resharded daily leaves thousands of them behind, more than one item holds.
 */
async function checkpointsNow(
  { call, control, stream, signal }: Step<StepCall>,
  generation: number,
): Promise<HoldCheckpoints> {
  const [listed, recounts] = await Promise.all([stream.shards(signal), control.recountCheckpoints(generation)]);
  const found = await inParallel(consumersOf(call.settings), async (consumer) => {
    const checkpoints = [...(await control.checkpoints(consumer))].filter(([id]) => listed.has(id) || recounts.has(id));
    return [consumer, Object.fromEntries(checkpoints.map(([id, { LastSequence }]) => [id, LastSequence]))] as const;
  });
  return { count: {}, window: {}, ...Object.fromEntries(found) };
}
