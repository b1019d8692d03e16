import { pipeMarginMs, pipeStart } from '@tidemark/core/replay/pipe-start';
import type { TailAnswer, TailCall } from '@tidemark/core/replay/recount-steps';
import { pipeName } from '@tidemark/core/replay/run';
import type { ListedShard } from '../aws/kinesis.ts';
import type { KnownShard } from './shards.ts';
import { furthestOf, knownShards } from './shards.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';

/**
 * When all of the archive was read: notes how far that was, and begins the pipe there, with a margin. It meets every shard that goes on past its archive,
 * and every one that was never archived from its first record on.
 */
export async function tail(step: Step<TailCall>): Promise<TailAnswer> {
  const { call, control, stream, signal } = step;
  const run = await standingRun(step);
  if (run.item.ArchiveEnd === undefined) {
    const listed = await stream.shards(signal);
    const shards = await knownShards(step, run, () => true);
    const fromMs = beginOf(shards.filter((shard) => goesOn(shard, listed.get(shard.shardId))));
    const ArchiveEnd = Object.fromEntries(
      shards.flatMap(({ shardId, recount }) => (recount === undefined ? [] : [[shardId, recount.LastSequence]])),
    );
    const noted = { ArchiveEnd, ...(fromMs === undefined ? {} : { PipeFromMs: fromMs - pipeMarginMs }) };
    await control.setRun(call.run, { Phase: 'starting pipe' }, noted);
  }
  const { PipeFromMs } = (await control.run(call.run)) ?? run.item;
  return { pipe: pipeName(call.settings.pipePrefix, call.run), start: pipeStart(PipeFromMs) };
}

/** Whether there may be records past the archive. Where nothing of a shard was ever counted, what there is came just now. */
function goesOn({ live, recount }: KnownShard, listed: ListedShard | undefined): boolean {
  const last = furthestOf(live)?.LastSequence;
  if (listed === undefined || last === undefined) return false;
  return !(listed.isClosed && recount !== undefined && last <= recount.LastSequence);
}

/** From which arrival on the pipe must read, so that it meets all these shards; undefined where that is not known, and it must read all there is. */
function beginOf(shards: readonly KnownShard[]): number | undefined {
  const begins = shards.flatMap(({ live, recount }) =>
    recount === undefined
      ? Object.values(live).map(({ FirstSequence, FirstArrivalMs }) => (FirstSequence ? FirstArrivalMs : undefined))
      : [recount.ArrivalMs],
  );
  const known = begins.filter((begin) => begin !== undefined);
  return known.length === 0 || known.length < begins.length ? undefined : Math.min(...known);
}
