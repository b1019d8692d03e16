import { isWindowSize, windowSeconds } from '@tidemark/core/series/window';
import { renderAmount, renderBytes, renderCount, renderDuration, renderInstant } from '../../render.ts';
import type { Estimate } from './estimate.ts';
import { pricesOf } from './prices.ts';
import type { Workload } from './workload.ts';

/** What a run would do, as it is shown before it is started. */
export function renderEstimate(estimate: Estimate, workload: Workload): string {
  const { spans, series, shards, events, bytes, durationMs, dollars } = estimate;
  const counts = spans.map(({ size, count }) =>
    isWindowSize(size)
      ? renderAmount(count, `window of ${windowSeconds(size)} s`, `windows of ${windowSeconds(size)} s`)
      : `${renderCount(count)} of ${size}`,
  );
  const { archive } = workload;
  const lines = [
    ['buckets', rangeOf(workload)],
    ['', `about ${counts.join(', ')}, in ${renderAmount(series, 'series', 'series')} at most`],
    [
      'records',
      `about ${renderAmount(rounded(events), 'event', 'events')} (${renderBytes(rounded(bytes))}) of ${renderAmount(shards, 'shard', 'shards')}`,
    ],
    ['', `that arrived from ${renderInstant(workload.arrivalsFromMs)} on`],
    ...(archive === undefined
      ? []
      : [['archive', `${renderAmount(archive.objects, 'object', 'objects')}, ${renderBytes(archive.bytes)}`]]),
    [
      'takes',
      `about ${renderDuration(Math.ceil(durationMs / 60_000) * 60_000)}; counting is held for some minutes of it, if anything is switched`,
    ],
    ['costs', `${renderDollars(dollars)} (${pricesOf})`],
  ];
  const remarks = workload.remarks.map((remark) => ['note', remark]);
  return [...lines, ...remarks].map(([title = '', text = '']) => `  ${title.padEnd(9)}${text}\n`).join('');
}

/** For a program. */
export function estimateJson(estimate: Estimate, workload: Workload): unknown {
  const { durationMs, spans, ...rest } = estimate;
  return {
    ...rest,
    spans: Object.fromEntries(spans.map(({ size, count }) => [size, count])),
    seconds: Math.ceil(durationMs / 1000),
    arrivalsFrom: renderInstant(workload.arrivalsFromMs),
    from: workload.firstMs === undefined ? null : renderInstant(workload.firstMs),
    to: workload.toMs === undefined ? null : renderInstant(workload.toMs),
    ...(workload.archive === undefined ? {} : { archive: workload.archive }),
    remarks: workload.remarks,
  };
}

function rangeOf({ firstMs, toMs }: Workload): string {
  if (firstMs === undefined) return 'every bucket that was ever counted: the stream holds all its records still';
  return toMs === undefined
    ? `those that start at or after about ${renderInstant(firstMs)}`
    : `those that start from ${renderInstant(firstMs)} to before ${renderInstant(toMs)}`;
}

function renderDollars(dollars: number): string {
  return dollars < 0.01 ? 'less than $0.01' : `about $${dollars.toFixed(2)}`;
}

/** To three digits: nobody knows the rest. */
function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(3));
}
