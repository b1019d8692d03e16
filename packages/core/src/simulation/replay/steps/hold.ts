import { recountOf } from '../../../control/keys.ts';
import { noteHold } from '../../../replay/lock.ts';
import type { HeldShard } from '../../../replay/passed.ts';
import { notPassed, passMsMax } from '../../../replay/passed.ts';
import { encodeSequence } from '../../../series/sequence.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, changeTimeline, look, readCheckpoints, readRun, setRun, shardIdOf } from '../control.ts';
import type { EventSourceState } from '../event-source.ts';
import type { Step } from '../step.ts';
import { Refusal, request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

/** The UUID of the one mapping there is. */
export const liveMapping = 'mapping-of-count';

/** Notes that the mapping is held, before it is disabled: only one that is enabled now is enabled again. False: it was not. */
export function* noteHeld(world: ReplayWorld, context: RunContext, state: EventSourceState): Step<boolean> {
  yield* assertStanding(world, context);
  const isEnabled = state === 'Enabled' || state === 'Enabling' || !world.rules.onlyHeldEnabled;
  const held = isEnabled ? [{ Consumer: 'count' as const, Mapping: liveMapping }] : [];
  const { nowMs } = world;
  const { Lock } = yield* changeTimeline(world, 'hold', (item) => noteHold(item, context.request.run, held, nowMs));
  return (Lock?.Held ?? []).length > 0;
}

/** When the counter is held and drained: notes how far it is. */
export function* noteCheckpoints(world: ReplayWorld, context: RunContext): Step<void> {
  yield* assertStanding(world, context);
  const marks = yield* readCheckpoints(world, 'count');
  const count = Object.fromEntries([...marks].map(([place, mark]) => [shardIdOf(world, place), mark.LastSequence]));
  const noted = { HoldCheckpoints: { count, window: {} }, HeldFromMs: world.nowMs };
  yield* setRun(world, context.request.run, {}, noted);
}

/** Whether the recount has passed every live checkpoint of the hold. */
export function* passed(world: ReplayWorld, context: RunContext): Step<boolean> {
  yield* assertStanding(world, context);
  const { HoldCheckpoints, HeldFromMs, PipeFromMs, Generation = 0 } = yield* readRun(world, context.request.run);
  const recount = yield* readCheckpoints(world, recountOf(Generation));
  const shards: HeldShard[] = [];
  for (const [place, { id }] of world.scenario.shards.entries()) {
    const live = HoldCheckpoints?.count[id];
    const mine = recount.get(place)?.LastSequence;
    if (live === undefined) {
      continue;
    }
    const seen =
      mine === undefined
        ? yield* look(world, place, world.rules.lookFromPipeStart ? PipeFromMs : undefined)
        : undefined;
    const first = seen === undefined ? 'none' : encodeSequence(String(seen));
    shards.push({ shardId: id, live, first, ...(mine === undefined ? {} : { recount: mine }) });
  }
  const waiting = notPassed(shards);
  if (waiting.length > 0 && world.nowMs - (HeldFromMs ?? world.nowMs) > passMsMax) {
    throw new Refusal('NotPassed', waiting.join(', '));
  }
  return waiting.length === 0;
}

/** GetEventSourceMapping. */
export function* describeMapping(world: ReplayWorld): Step<EventSourceState> {
  return yield* request('describe mapping', () => world.live.state);
}

/** UpdateEventSourceMapping; false: refused, since an earlier update is under way. */
export function* updateMapping(world: ReplayWorld, isEnabled: boolean): Step<boolean> {
  return yield* request(`${isEnabled ? 'enable' : 'disable'} mapping`, () => world.live.update(isEnabled));
}
