import { formatInstant } from '@tidemark/core/series/bucket';
import { type Column, renderCount, renderDuration, renderRate, renderTable } from '../render.ts';
import type { ShardStatus } from './shard.ts';
import type { SourceStatus } from './source.ts';

const columns: readonly Column[] = [
  { title: 'shard' },
  { title: 'state' },
  { title: 'rate', align: 'right' },
  { title: 'lag', align: 'right' },
  { title: 'last counted arrival' },
];

/** A source's status for a reader, without its problems. */
export function renderStatus(status: SourceStatus): string {
  const { source, shards, nowMs, completeThroughMs, ledger, published, series } = status;
  const behindMs = nowMs - completeThroughMs;
  const rate = shards.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
  const { total } = ledger;
  const cap = series.cap === undefined ? '' : ` of ${renderCount(series.cap)}`;
  const lines = [
    `${source.name}: stream ${source.stream}, ${renderRate(rate)}`,
    `complete through ${formatInstant(completeThroughMs)}${behindMs < 1000 ? ' (now)' : `, ${renderDuration(behindMs)} ago`}`,
    `received ${renderCount(total.Received)} = counted ${renderCount(total.Counted)} + quarantined ${renderCount(total.Quarantined)}` +
      ` (malformed ${renderCount(total.Malformed)}, too old ${renderCount(total.TooOld)}, too new ${renderCount(total.TooNew)})`,
    `over the series cap ${renderCount(total.OverCap)}, redelivered ${renderCount(total.Redelivered)}, series ${renderCount(series.admitted)}${cap}`,
    `published ${renderCount(published.Published)} to CloudWatch; not published: too old ${renderCount(published.TooOld)}, too new ${renderCount(published.TooNew)}`,
  ];
  const [first, ...rest] = lines;
  const table = renderTable(columns, shards.map(shardCells));
  return `${first}\n${rest.map((line) => `  ${line}\n`).join('')}\n${table.replaceAll(/^/gm, '  ').trimEnd()}\n`;
}

function shardCells({ shardId, state, ratePerSecond, lagMs, lastArrivalMs }: ShardStatus): string[] {
  return [
    shardId,
    state === 'closed' ? 'closed, counted' : state,
    state === 'closed' ? '' : renderRate(ratePerSecond),
    state === 'closed' ? '' : renderDuration(lagMs),
    lastArrivalMs === undefined ? 'none yet' : formatInstant(lastArrivalMs),
  ];
}
