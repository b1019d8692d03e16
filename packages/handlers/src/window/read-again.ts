import { Mend } from '@tidemark/core/window/mend';
import type { LedgerPart, Straddle, WindowPart } from '@tidemark/core/window/part';
import type { WindowTargets } from './targets.ts';

/** Reads the shard from the earliest fence that stands inside a part to the last record of all these parts, once for all of them. */
export async function readAgain(
  shardId: string,
  windows: readonly Straddle<WindowPart>[],
  ledgers: readonly Straddle<LedgerPart>[],
  { shards, decide }: WindowTargets,
  signal: AbortSignal,
): Promise<Mend> {
  const mend = new Mend(windows, ledgers);
  const place = { shardId, at: 'AT_SEQUENCE_NUMBER', sequenceNumber: mend.from } as const;
  for await (const { records } of shards.pages(place, undefined, signal)) {
    const { read, decisions } = await decide({ shardId, records }, signal);
    mend.take(read, decisions);
    if (mend.isDone) break;
  }
  if (mend.proof !== undefined) await assertStillThere(shardId, mend.proof, shards, signal);
  return mend;
}

/** Throws where the record has left the stream: others may have done so between two pages. The next attempt knows from the start. */
async function assertStillThere(
  shardId: string,
  sequenceNumber: string,
  shards: WindowTargets['shards'],
  signal: AbortSignal,
): Promise<void> {
  for await (const { records } of shards.pages({ shardId, at: 'AT_SEQUENCE_NUMBER', sequenceNumber }, 1, signal)) {
    if (records[0]?.sequenceNumber === sequenceNumber) return;
    break;
  }
  throw new Error(`${shardId}: record ${sequenceNumber} left the stream while those after it were read again`);
}
