import { dayNumber, formatDay } from '@tidemark/core/series/day';
import type { ControlItem } from '../../aws/dynamodb.ts';
import type { Kinesis, Sample } from '../../aws/kinesis.ts';
import { mapInParallel } from '../../parallel.ts';
import { ledgerCounts, ledgerPlace } from '../../status/ledger.ts';

const dayMs = 86_400_000;

/**
 * By shard, how many events arrived from `fromMs` on, by the ledger. Of the day that `fromMs` lies in, the part that is left of it
 * counts: about, since a day need not be even.
 */
export function eventsSince(ledger: readonly ControlItem[], fromMs: number, nowMs: number): Map<string, number> {
  const events = new Map<string, number>();
  const firstDay = formatDay(dayNumber(fromMs));
  for (const item of ledger) {
    const [day = '', shardId = ''] = ledgerPlace(item).split(' ');
    if (day < firstDay) continue;
    const startMs = Date.parse(day);
    const endMs = Math.min(startMs + dayMs, nowMs);
    const share = day === firstDay && endMs > startMs ? Math.max(0, endMs - fromMs) / (endMs - startMs) : 1;
    events.set(shardId, (events.get(shardId) ?? 0) + ledgerCounts(item).Received * Math.min(1, share));
  }
  return events;
}

/** Where nothing can be looked at. */
const bytesDefault = 1024;
const sampledShards = 4;

/** Bytes that an event takes on the stream, by a look at a few shards. */
export async function eventBytes(
  kinesis: Kinesis,
  stream: string,
  shardIds: readonly string[],
  fromMs: number,
): Promise<number> {
  // The newest shards are those that hold records for sure.
  const samples: Sample[] = await mapInParallel(shardIds.slice(-sampledShards), sampledShards, (shardId) =>
    kinesis.sample(stream, shardId, fromMs),
  );
  const events = samples.reduce((all, each) => all + each.events, 0);
  return events === 0 ? bytesDefault : samples.reduce((all, each) => all + each.bytes, 0) / events;
}
