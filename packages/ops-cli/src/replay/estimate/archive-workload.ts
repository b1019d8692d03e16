import { archivePrefix } from '@tidemark/core/archive/object';
import { controlItems } from '@tidemark/core/control/keys';
import { aheadOfArrivalMsMax } from '@tidemark/core/limits';
import { dayNumber, formatDay } from '@tidemark/core/series/day';
import type { ControlItem } from '../../aws/dynamodb.ts';
import { Failure } from '../../failure.ts';
import { mapInParallel } from '../../parallel.ts';
import { consumersOf } from '../../status/consumer.ts';
import { ledgerPlace } from '../../status/ledger.ts';
import { eventBytes, eventsSince } from './events.ts';
import type { EstimateReach } from './stream-workload.ts';
import type { Workload } from './workload.ts';

const listingsMax = 8;
const dayMs = 86_400_000;

/** What a backfill has to read: whole arrival days, from two hours before the first bucket up to now, since events may come late without bound. */
export async function archiveWorkload(reach: EstimateReach, fromMs: number, toMs: number): Promise<Workload> {
  const { source, tables, kinesis, objects, nowMs } = reach;
  const consumer = consumersOf(source)[0]?.consumer ?? 'count';
  const firstDay = formatDay(dayNumber(fromMs - aheadOfArrivalMsMax));
  const [stream, listed, ledger, catalogue, archived] = await Promise.all([
    kinesis.describe(source.stream),
    kinesis.shards(source.stream),
    tables.controlItems(source.controlTable, source.name, controlItems.ledgerPrefix(consumer)),
    tables.catalogue(source.controlTable, source.name),
    objects.folders(source.bucket, archivePrefix(source.name)),
  ]);
  if (archived.length === 0)
    throw new Failure(`the archive of ${source.name} holds nothing yet: there is nothing to read`);
  const found = await mapInParallel(archived, listingsMax, (shardId) => listShard(reach, shardId, firstDay));
  const arrivalsFromMs = Date.parse(firstDay);
  const events = eventsSince(ledger, arrivalsFromMs, nowMs);
  const open = listed.map(({ ShardId = '' }) => ShardId);
  const perEvent = await eventBytes(kinesis, source.stream, open, nowMs - dayMs);
  const shardIds = archived.filter((shardId, at) => (found[at]?.objects ?? 0) > 0 || events.has(shardId));
  return {
    ...{ source, nowMs, firstMs: fromMs, toMs, arrivalsFromMs },
    series: (catalogue?.Names.length ?? 0) + 1,
    shards: shardIds.map((shardId) => ({
      ...{ shardId, events: Math.round(events.get(shardId) ?? 0) },
      bytes: Math.round((events.get(shardId) ?? 0) * perEvent),
    })),
    isOnDemand: stream.StreamModeDetails?.StreamMode === 'ON_DEMAND',
    archive: {
      objects: found.reduce((all, each) => all + each.objects, 0),
      bytes: found.reduce((all, each) => all + each.bytes, 0),
    },
    remarks: remarksOf(found, ledger, firstDay),
  };
}

interface ShardArchive {
  readonly objects: number;
  readonly bytes: number;
  /** Day of the oldest object that is read. */
  readonly oldestDay?: string;
}

async function listShard({ objects, source }: EstimateReach, shardId: string, firstDay: string): Promise<ShardArchive> {
  const prefix = archivePrefix(source.name, shardId);
  const found = { objects: 0, bytes: 0, oldestDay: undefined as string | undefined };
  for await (const page of objects.list(source.bucket, prefix, `${prefix}${firstDay}`)) {
    found.oldestDay ??= page[0]?.key.slice(prefix.length, prefix.length + firstDay.length);
    found.objects += page.length;
    found.bytes += page.reduce((all, { bytes }) => all + bytes, 0);
  }
  const { oldestDay, ...rest } = found;
  return { ...rest, ...(oldestDay === undefined ? {} : { oldestDay }) };
}

/** Live counting received something on a day of which the archive holds nothing: the ledgers will not agree. */
function remarksOf(found: readonly ShardArchive[], ledger: readonly ControlItem[], firstDay: string): string[] {
  const oldest = found.flatMap(({ oldestDay }) => oldestDay ?? []).toSorted()[0];
  const days = ledger.map((item) => ledgerPlace(item).split(' ')[0] ?? '').toSorted();
  const missing = days.find((day) => day >= firstDay && (oldest === undefined || day < oldest));
  if (missing === undefined) return [];
  return [`events were counted on ${missing}, and the archive holds nothing of it: the run will end without a switch`];
}
