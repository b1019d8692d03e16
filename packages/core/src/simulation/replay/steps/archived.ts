import { recountOf } from '../../../control/keys.ts';
import { aheadOfArrivalMsMax } from '../../../limits.ts';
import { followed } from '../../../recount/follow.ts';
import { pipeMarginMs } from '../../../replay/pipe-start.ts';
import type { TailShard } from '../../../replay/tail.ts';
import { contiguityOf } from '../../../replay/tail.ts';
import { encodeSequence } from '../../../series/sequence.ts';
import { sequenceOf } from '../../check.ts';
import type { Batch } from '../../counting.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, isEmptyFor, readCheckpoints, readRun, readShards, setRun, shardIdOf } from '../control.ts';
import type { Awaited } from '../machine/calls.ts';
import type { Step } from '../step.ts';
import { Refusal, request } from '../step.ts';
import type { ReplayWorld } from '../world.ts';
import { advance, positionsOf } from './progress.ts';

/** Of a backfill: the next object of a shard that is to be counted; undefined where all is that the archive holds. */
export function* nextObject(world: ReplayWorld, context: RunContext, place: number): Step<Batch | undefined> {
  yield* assertStanding(world, context);
  const { FirstMs = 0, ToMs = 0, Generation = 0 } = yield* readRun(world, context.request.run);
  const recount = yield* readCheckpoints(world, recountOf(Generation));
  const last = recount.get(place)?.LastSequence;
  const { records } = world.scenario.shards[place] ?? { records: [] };
  const after = last === undefined ? -1 : records.findIndex(({ sequence }) => sequence === sequenceOf(last));
  const fromMs = world.rules.archiveFromAhead ? FirstMs - aheadOfArrivalMsMax : FirstMs;
  const toMs = world.rules.archiveToTip ? Number.POSITIVE_INFINITY : ToMs;
  const list = () => world.archive.next(place, after, fromMs, toMs);
  const batch = yield* request(`list objects of shard ${place}`, list, 'read');
  if (batch === undefined || !world.rules.recountFollowsLive) {
    return batch;
  }
  const { stream } = world.scenario.shards[place] ?? { stream: [] };
  const live = (yield* readCheckpoints(world, 'count')).get(place)?.LastSequence;
  const to = batch.from + followed(stream.slice(batch.from, batch.to), live);
  return to === batch.from ? undefined : { ...batch, to };
}

/** When all of the archive was read: notes how far that was, and where the pipe of the tail is to begin. */
export function* tail(world: ReplayWorld, context: RunContext): Step<number | undefined> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const { Generation = 0 } = yield* readRun(world, run);
  const live = yield* readCheckpoints(world, 'count');
  const recount = yield* readCheckpoints(world, recountOf(Generation));
  const begins = [...live].flatMap(([place, theirs]): (number | undefined)[] => {
    const mine = recount.get(place);
    const isOver = (world.scenario.shards[place]?.closesMs ?? 0) <= world.nowMs;
    if (mine !== undefined && isOver && theirs.LastSequence <= mine.LastSequence) {
      return [];
    }
    return [mine?.ArrivalMs ?? (theirs.FirstSequence === '' ? undefined : theirs.FirstArrivalMs)];
  });
  const known = begins.filter((begin) => begin !== undefined);
  const isKnown = known.length > 0 && known.length === begins.length;
  const ArchiveEnd = Object.fromEntries(
    [...recount].map(([place, mark]) => [shardIdOf(world, place), mark.LastSequence]),
  );
  if (!world.rules.archiveToTip) {
    // Whoever takes what came after the range for another's goes on where the archive ends.
    const ends = [...live].map(([place, mark]) => [shardIdOf(world, place), mark.LastSequence] as const);
    yield* setRun(world, run, {}, { ArchiveEnd: Object.fromEntries(ends), PipeFromMs: world.nowMs - pipeMarginMs });
    return (yield* readRun(world, run)).PipeFromMs;
  }
  const noted = { ArchiveEnd, ...(isKnown ? { PipeFromMs: Math.min(...known) - pipeMarginMs } : {}) };
  yield* setRun(world, run, {}, noted);
  return (yield* readRun(world, run)).PipeFromMs;
}

/** Whether the tail from the stream meets the archive on every shard. */
export function* contiguous(world: ReplayWorld, context: RunContext): Step<Awaited> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const item = yield* readRun(world, run);
  const { FirstMs = 0, ArchiveEnd = {}, Generation = 0, PipeFromMs } = item;
  const recount = yield* readCheckpoints(world, recountOf(Generation));
  const progress: Parameters<typeof advance>[3][number][] = [];
  const shards: TailShard[] = [];
  const places = yield* readShards(world, recount);
  const before = yield* readCheckpoints(world, 'count');
  const empty = new Map<number, boolean>();
  for (const place of places) {
    empty.set(place, yield* isEmptyFor(world, place, before.get(place), PipeFromMs));
  }
  const live = yield* readCheckpoints(world, 'count');
  for (const place of new Set([...places, ...live.keys()])) {
    const shardId = shardIdOf(world, place);
    const [mine, theirs, end] = [recount.get(place), live.get(place), ArchiveEnd[shardId]];
    const first = mine?.StreamFirst;
    const isEmpty = empty.get(place) ?? true;
    progress.push({ shardId, isEmpty, ...positionsOf(theirs, mine) });
    shards.push({
      shardId,
      isEmpty,
      ...(end === undefined ? {} : { archiveEnd: end }),
      ...(first === undefined ? {} : { streamFirst: encodeSequence(String(first)) }),
      ...(theirs === undefined ? {} : { live: theirs, liveFirst: theirs.FirstSequence }),
    });
  }
  const states = shards.map((shard) => contiguityOf(shard, FirstMs));
  if (!world.rules.tailMeetsArchive) {
    return { isDone: true, waitMs: 0 };
  }
  if (states.includes('gap')) {
    throw new Refusal('TailGap', shards[states.indexOf('gap')]?.shardId);
  }
  return states.includes('waiting')
    ? { isDone: false, waitMs: yield* advance(world, context, item, progress) }
    : { isDone: true, waitMs: 0 };
}
