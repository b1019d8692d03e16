import { isWindowSize, windowSeconds } from '@tidemark/core/series/window';
import {
  renderAmount,
  renderBytes,
  renderCount,
  renderDollars,
  renderDuration,
  renderInstant,
  renderLabelled,
  rounded,
} from '../../render.ts';
import type { Estimate } from './estimate.ts';
import { pricesOf } from './prices.ts';
import type { Workload } from './workload.ts';

export interface EstimateLook {
  /** Nothing will be switched. */
  readonly isVerification: boolean;
  readonly columns: number;
}

const overloaded =
  'records arrive about as fast as a shard can be recounted, and the run may never come level: see docs/operating/runbook.md, "Replay: it does not come nearer"';

/** What a run would do, as it is shown before it is started. */
export function renderEstimate(estimate: Estimate, workload: Workload, look: EstimateLook): string {
  return renderLabelled(linesOf(estimate, workload, look), look.columns);
}

function linesOf(estimate: Estimate, workload: Workload, { isVerification }: EstimateLook): [string, string][] {
  const { spans, series, shards, events, bytes, durationMs, isOverloaded, dollars } = estimate;
  const { archive, arrivalsFromMs, remarks } = workload;
  const amount = `${renderAmount(rounded(events), 'event', 'events')} (${renderBytes(rounded(bytes))})`;
  const held = isVerification ? '' : '; if anything is switched, counting is held for some minutes of it';
  const archived =
    archive && `${renderAmount(archive.objects, 'object', 'objects')} of the archive, ${renderBytes(archive.bytes)}`;
  return [
    [
      'buckets',
      `${rangeOf(workload)}: about ${spansOf(spans)}, in ${renderAmount(series, 'series', 'series')} at most`,
    ],
    [
      'records',
      `about ${amount} of ${renderAmount(shards, 'shard', 'shards')} that arrived from ${renderInstant(arrivalsFromMs)} on${archived === undefined ? '' : `, in ${archived}`}`,
    ],
    ['takes', `about ${renderDuration(Math.ceil(durationMs / 60_000) * 60_000)}${held}`],
    ['costs', `${renderDollars(dollars)} (${pricesOf})`],
    ...(isOverloaded ? [['note', overloaded] satisfies [string, string]] : []),
    ...remarks.map((remark): [string, string] => ['note', remark]),
  ];
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

function spansOf(spans: Estimate['spans']): string {
  const counts = spans.map(({ size, count }) =>
    isWindowSize(size)
      ? renderAmount(count, `window of ${windowSeconds(size)} s`, `windows of ${windowSeconds(size)} s`)
      : `${renderCount(count)} of ${size}`,
  );
  return counts.join(', ');
}

function rangeOf({ firstMs, toMs }: Workload): string {
  if (firstMs === undefined) return 'all, since the stream still holds every record that was ever counted';
  return toMs === undefined
    ? `those that start at or after about ${renderInstant(firstMs)}`
    : `those that start from ${renderInstant(firstMs)} to before ${renderInstant(toMs)}`;
}
