import { formatInstant } from '@tidemark/core/series/bucket';
import type { SourceStatus } from './source.ts';

/** A source's status for a program. Instants as `2026-11-02T09:00:00Z`, spans in seconds. */
export function statusJson(status: SourceStatus, problems: readonly string[]): unknown {
  const { source, shards, completeThroughMs, ledger, published, series, mappings } = status;
  return {
    source: source.name,
    stream: source.stream,
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
    published: published.Published,
    unpublished: {
      tooOld: published.TooOld,
      tooNew: published.TooNew,
      removed: published.Removed,
      recounted: published.Recounted,
    },
    publishedTwice: published.PublishedTwice,
    series: series.admitted,
    seriesCap: series.cap ?? null,
    mappings,
    problems,
  };
}

function ledgerJson(counts: SourceStatus['ledger']['total']): unknown {
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
