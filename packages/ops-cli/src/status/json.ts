import { formatInstant } from '@tidemark/core/series/bucket';
import { ledgerDisagreements } from './agreement.ts';
import type { ConsumerStatus } from './consumer.ts';
import type { LedgerStatus } from './ledger.ts';
import type { SourceStatus } from './source.ts';

/**
 * A source's status for a program. Instants as `2026-11-02T09:00:00Z`, spans in seconds. How far counting is stands at the top, or how
 * far windows are where a source has no buckets; how far windows are stands under `window` wherever there is one.
 */
export function statusJson(status: SourceStatus, problems: readonly string[]): unknown {
  const { source, consumers, published, series, publish } = status;
  const [first, second] = consumers;
  const window = consumers.find(({ consumer }) => consumer === 'window');
  return {
    source: source.name,
    stream: source.stream,
    ...(first === undefined ? {} : reachJson(first)),
    ...(window === undefined ? {} : { window: { seconds: source.window?.seconds, ...reachJson(window) } }),
    ...(first === undefined || second === undefined ? {} : { ledgersDiffer: ledgerDisagreements(first, second) }),
    published: published.Published,
    publishedReadings: published.Readings,
    unpublished: {
      tooOld: published.TooOld,
      tooNew: published.TooNew,
      removed: published.Removed,
      recounted: published.Recounted,
      foreign: published.Foreign,
    },
    publishedTwice: published.PublishedTwice,
    series: series.admitted,
    seriesCap: series.cap ?? null,
    mappings: { ...Object.fromEntries(consumers.map(({ consumer, mappings }) => [consumer, mappings])), publish },
    problems,
  };
}

function reachJson({ completeThroughMs, shards, ledger }: ConsumerStatus) {
  return {
    completeThrough: formatInstant(completeThroughMs),
    shards: shards.map(({ shardId, state, ratePerSecond, lagMs, lastArrivalMs }) => ({
      shard: shardId,
      state,
      ratePerSecond,
      lagSeconds: lagMs / 1000,
      lastCountedArrival: lastArrivalMs === undefined ? null : formatInstant(lastArrivalMs),
    })),
    ledger: ledgerJson(ledger.total),
    ledgerSinceYesterday: ledgerJson(ledger.recent),
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
