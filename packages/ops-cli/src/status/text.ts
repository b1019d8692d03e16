import type { ShardStatus } from '@tidemark/core/health/shard';
import type { RunLock } from '@tidemark/core/replay/lock';
import { formatInstant } from '@tidemark/core/series/bucket';
import { type Column, renderCount, renderDuration, renderRate, renderTable } from '../render.ts';
import type { ConsumerStatus, ReaderStatus } from './consumer.ts';
import { floorLines } from './floors.ts';
import type { SourceStatus } from './source.ts';

/** A source's status for a reader, without its problems. */
export function renderStatus(status: SourceStatus): string {
  const { source, consumers, series } = status;
  const rate = (consumers[0]?.shards ?? []).reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
  const total = consumers[0]?.ledger.total;
  const cap = series.cap === undefined ? '' : ` of ${renderCount(series.cap)}`;
  const lines = [
    ...consumers.flatMap((each) => reachLines(each, status)),
    `over the series cap ${renderCount(total?.OverCap ?? 0)}, redelivered ${renderCount(total?.Redelivered ?? 0)}, series ${renderCount(series.admitted)}${cap}`,
    publishedLine(status),
    ...(status.archive === undefined ? [] : [archiveLine(status.archive)]),
    ...floorLines(status.floors, status.nowMs),
    ...(status.lock === undefined ? [] : [runLine(status.lock, status.nowMs)]),
    ...(status.lastLookMs === undefined ? [] : [lookLine(status.lastLookMs, status.nowMs)]),
  ];
  const tables = consumers.map((each) => shardTable(each, consumers.length > 1));
  return [
    `${source.name}: stream ${source.stream}, ${renderRate(rate)}\n`,
    ...lines.map((line) => `  ${line}\n`),
    ...tables.map((table) => `\n${table.replaceAll(/^/gm, '  ').trimEnd()}\n`),
  ].join('');
}

function reachLines({ consumer, completeThroughMs, lookedMs, ledger }: ConsumerStatus, status: SourceStatus): string[] {
  const { total } = ledger;
  return [
    `${what(consumer, status)}complete through ${through(completeThroughMs, lookedMs)}`,
    `received ${renderCount(total.Received)} = counted ${renderCount(total.Counted)} + quarantined ${renderCount(total.Quarantined)}` +
      ` (malformed ${renderCount(total.Malformed)}, too old ${renderCount(total.TooOld)}, too new ${renderCount(total.TooNew)})`,
  ];
}

function through(completeThroughMs: number, lookedMs: number): string {
  const behindMs = lookedMs - completeThroughMs;
  const ago = behindMs < 1000 ? ' (now)' : `, ${renderDuration(behindMs)} ago`;
  return `${formatInstant(completeThroughMs)}${ago}`;
}

/** Its shards are in no table: what is wrong with one of them stands among the problems. */
function archiveLine({ completeThroughMs, lookedMs }: ReaderStatus): string {
  return `archived through ${through(completeThroughMs, lookedMs)}`;
}

function runLine({ Kind, Run, SinceMs }: RunLock, nowMs: number): string {
  return `${Kind} ${Run} goes on, for ${renderDuration(nowMs - SinceMs)} now`;
}

/** Alarms on freshness and quarantine know nothing newer. */
function lookLine(lastLookMs: number, nowMs: number): string {
  return `looked at for its alarms ${through(lastLookMs, nowMs)}`;
}

/** Of a source that has buckets alone, nothing else can be meant. */
function what(consumer: ConsumerStatus['consumer'], { source, consumers }: SourceStatus): string {
  if (consumer === 'window') return `windows of ${source.window?.seconds} s `;
  return consumers.length > 1 ? 'buckets ' : '';
}

function publishedLine({ source, published }: SourceStatus): string {
  const [events, readings] = [renderCount(published.Published), renderCount(published.Readings)];
  const windows = source.buckets.length === 0 ? `${readings} readings` : `${events} events and ${readings} readings`;
  const all = source.window === undefined ? events : windows;
  const pruned = published.Pruned === 0 ? '' : `, below the prune floor ${renderCount(published.Pruned)}`;
  return `published ${all} to CloudWatch; not published: too old ${renderCount(published.TooOld)}, too new ${renderCount(published.TooNew)}${pruned}`;
}

function shardTable({ consumer, shards }: ConsumerStatus, isOneOfTwo: boolean): string {
  const columns: Column[] = [
    { title: isOneOfTwo ? `shard (${consumer === 'count' ? 'buckets' : 'windows'})` : 'shard' },
    { title: 'state' },
    { title: 'rate', align: 'right' },
    { title: 'lag', align: 'right' },
    { title: consumer === 'count' ? 'last counted arrival' : 'last written arrival' },
  ];
  return renderTable(
    columns,
    shards.map((shard) => shardCells(shard, consumer)),
  );
}

function shardCells(shard: ShardStatus, consumer: ConsumerStatus['consumer']): string[] {
  const { shardId, state, ratePerSecond, lagMs, lastArrivalMs } = shard;
  const words = { ...shownStates, ...(consumer === 'count' ? {} : windowStates) };
  return [
    shardId,
    words[state],
    state === 'closed' ? '' : renderRate(ratePerSecond),
    state === 'closed' ? '' : renderDuration(lagMs),
    lastArrivalMs === undefined ? 'none yet' : formatInstant(lastArrivalMs),
  ];
}

const shownStates: Readonly<Record<ShardStatus['state'], string>> = {
  idle: 'idle',
  counting: 'counting',
  stalled: 'stalled',
  closed: 'closed, counted',
  unknown: 'unknown',
};
/** Records that rest in an open window do not wait for anything that could fail. */
const windowStates = { counting: 'window is open', closed: 'closed, written' } as const;
