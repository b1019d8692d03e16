import type { StreamRecord } from '@tidemark/core/count/record';
import { lookFrom, lostRecords } from '@tidemark/core/window/gap';
import type { WindowPlace } from '@tidemark/core/window/window';
import { planWindow } from '@tidemark/core/window/window';
import { readCheckpoint } from '../control/checkpoint.ts';
import type { WindowTargets } from './targets.ts';
import type { WindowWritten } from './write.ts';
import { writeWindow } from './write.ts';

export interface Recovered {
  /** Records that were in a state which is lost; 0 ordinarily. */
  readonly records: number;
  /** What became of them, page by page. */
  readonly written: readonly WindowWritten[];
}

export const nothingLost: Recovered = { records: 0, written: [] };

/**
 * Where an invocation has no state: writes whatever the stream holds between the shard's checkpoint and `first`, the first record of the batch
 * (core/window/gap.ts), or the tip where there is none. Each page moves the checkpoint, so that an invocation which is cut off has done its part.
 */
export async function recoverLostState(
  place: WindowPlace,
  first: StreamRecord | undefined,
  targets: WindowTargets,
  signal: AbortSignal,
): Promise<Recovered> {
  const { dynamodb, controlTable, shards, decide } = targets;
  const { source, shardId } = place;
  const checkpoint = await readCheckpoint(dynamodb, controlTable, source, 'window', shardId, signal);
  const from = lookFrom(checkpoint, first);
  if (from === undefined) return nothingLost;

  const written: WindowWritten[] = [];
  let records = 0;
  for await (const { records: page, isTip } of shards.pages({ shardId, ...from }, 1, signal)) {
    const lost = lostRecords(page, first);
    if (lost.length > 0) {
      const batch = await decide({ shardId, records: lost }, signal);
      written.push(await writeWindow(planWindow(place, undefined, batch, true), shardId, targets, signal));
      records += lost.length;
    }
    if (lost.length < page.length || (isTip && first === undefined)) break;
  }
  return { records, written };
}
