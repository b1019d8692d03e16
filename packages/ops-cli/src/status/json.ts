import { formatInstant } from '@tidemark/core/series/bucket';
import { ledgerDisagreements } from './agreement.ts';
import type { ConsumerStatus, ReaderStatus } from './consumer.ts';
import { floorsJson } from './floors.ts';
import type { LedgerStatus } from './ledger.ts';
import type { SourceStatus } from './source.ts';

/**
 * A source's status for a program. Instants as `2026-11-02T09:00:00Z`, spans in seconds. How far counting is stands at the top, or how
 * far windows are where a source has no buckets; how far windows are stands under `window` wherever there is one, and how far the archive is
 * under `archive`; a run that goes on under `run`; when the regular looks came last under `lastLook`; what is pruned and
 * what was restored under `prunedBefore` and `restored`.
 */
export function statusJson(status: SourceStatus, problems: readonly string[]): unknown {
  const { source, consumers, archive, published, series, publish, lock, lastLookMs, floors } = status;
  const [first, second] = consumers;
  const window = consumers.find(({ consumer }) => consumer === 'window');
  return {
    source: source.name,
    stream: source.stream,
    ...(first === undefined ? {} : consumerJson(first)),
    ...(window === undefined ? {} : { window: { seconds: source.window?.seconds, ...consumerJson(window) } }),
    ...(archive === undefined ? {} : { archive: reachJson(archive) }),
    ...(first === undefined || second === undefined ? {} : { ledgersDiffer: ledgerDisagreements(first, second) }),
    published: published.Published,
    publishedReadings: published.Readings,
    unpublished: {
      tooOld: published.TooOld,
      tooNew: published.TooNew,
      pruned: published.Pruned,
      removed: published.Removed,
      recounted: published.Recounted,
      foreign: published.Foreign,
    },
    publishedTwice: published.PublishedTwice,
    series: series.admitted,
    seriesCap: series.cap ?? null,
    mappings: {
      ...Object.fromEntries(consumers.map(({ consumer, mappings }) => [consumer, mappings])),
      ...(archive === undefined ? {} : { archive: archive.mappings }),
      publish,
    },
    ...floorsJson(floors),
    ...(lock === undefined ? {} : { run: { run: lock.Run, kind: lock.Kind, since: formatInstant(lock.SinceMs) } }),
    ...(lastLookMs === undefined ? {} : { lastLook: formatInstant(lastLookMs) }),
    problems,
  };
}

function consumerJson(status: ConsumerStatus) {
  return {
    ...reachJson(status),
    ledger: ledgerJson(status.ledger.total),
    ledgerSinceYesterday: ledgerJson(status.ledger.recent),
  };
}

function reachJson({ completeThroughMs, shards }: ReaderStatus) {
  return {
    completeThrough: formatInstant(completeThroughMs),
    shards: shards.map(({ shardId, state, ratePerSecond, lagMs, lastArrivalMs }) => ({
      shard: shardId,
      state,
      ratePerSecond,
      lagSeconds: lagMs / 1000,
      lastCountedArrival: lastArrivalMs === undefined ? null : formatInstant(lastArrivalMs),
    })),
  };
}

function ledgerJson(counts: LedgerStatus['total']): unknown {
  return {
    received: counts.Received,
    counted: counts.Counted,
    quarantined: counts.Quarantined,
    malformed: counts.Malformed,
    tooOld: counts.TooOld,
    tooNew: counts.TooNew,
    overCap: counts.OverCap,
    redelivered: counts.Redelivered,
  };
}
