import type { DeployedSource } from '@tidemark/core/deployment';
import {
  type Column,
  renderBytes,
  renderCount,
  renderDollars,
  renderDuration,
  renderInstant,
  renderLabelled,
  renderTable,
  rounded,
} from '../render.ts';
import { pricesOf } from '../replay/estimate/prices.ts';
import { entriesBySize, tellSize } from '../sizes.ts';
import { tellCutoffs } from './cutoffs-text.ts';
import type { PruneEstimate } from './estimate.ts';
import type { PrunePlan } from './plan.ts';
import type { WorkTally } from './walk.ts';

/** A prune before it begins. */
export interface PrunePreview {
  readonly source: DeployedSource;
  readonly plan: PrunePlan;
  readonly tallies: readonly WorkTally[];
  readonly estimate: PruneEstimate;
  /** What an operator should know of it. */
  readonly remarks: readonly string[];
}

const header: readonly Column[] = [
  { title: 'size' },
  { title: 'what' },
  { title: 'generation', align: 'right' },
  { title: 'series', align: 'right' },
  { title: 'buckets', align: 'right' },
  { title: 'items', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'objects', align: 'right' },
];

/** What a prune would do, as it is shown before it is started. */
export function renderPreview({ source, plan, tallies, estimate, remarks }: PrunePreview, columns: number): string {
  const rows = tallies.filter(({ items }) => items > 0).map(rowOf);
  const { buckets, items, bytes, objects } = estimate;
  const all = ['all', '', '', '', ...[buckets, items].map(renderCount), tellBytes(bytes), renderCount(objects)];
  const table = rows.length === 0 ? '' : renderTable(header, rows.length > 1 ? [...rows, all] : rows);
  const lines: [string, string][] = [
    ['floors', floorsLine(plan)],
    ...(items === 0 ? [['deletes', 'nothing'] satisfies [string, string]] : []),
    ['takes', takesLine(source, estimate)],
    ['costs', costsLine(estimate)],
    ...remarks.map((remark): [string, string] => ['note', remark]),
  ];
  return [
    `The prune of ${source.name} would delete:\n`,
    table === '' ? '' : `\n${table.replaceAll(/^(?=.)/gm, '  ')}\n`,
    renderLabelled(lines, columns),
  ].join('');
}

function rowOf({ size, generation, exported, series, buckets, items, bytes, objects }: WorkTally): string[] {
  return [
    tellSize(size),
    exported ? 'expired' : 'replaced',
    String(generation),
    ...[series, buckets, items].map(renderCount),
    tellBytes(bytes),
    exported ? renderCount(objects) : '',
  ];
}

function tellBytes(bytes: number): string {
  return renderBytes(rounded(bytes));
}

function floorsLine({ asked, cutoffs, rises, floors }: PrunePlan): string {
  if (Object.keys(cutoffs).length === 0) return 'none';
  const raised = entriesBySize(asked).filter(([size, floorMs]) => floorMs > floors.highestFloor(size));
  const stand = entriesBySize(cutoffs).filter(([size]) => !raised.some(([other]) => other === size));
  return [
    ...(rises ? [`raised to ${tellCutoffs(Object.fromEntries(raised)).join(', ')}, for good`] : []),
    ...(stand.length === 0 ? [] : [`stay at ${tellCutoffs(Object.fromEntries(stand)).join(', ')}`]),
  ].join('; ');
}

function takesLine(source: DeployedSource, { durationMs, waitMs }: PruneEstimate): string {
  const all = `about ${tellMinutes(durationMs)}`;
  const pace =
    source.prune === undefined
      ? ''
      : `, at ${renderCount(source.prune.writeUnitsPerSecond)} write units a second at most`;
  return waitMs === 0
    ? `${all}${pace}`
    : `${all}, ${tellMinutes(waitMs)} of it until the floors hold for everybody${pace}`;
}

function tellMinutes(durationMs: number): string {
  return renderDuration(Math.ceil(durationMs / 60_000) * 60_000);
}

function costsLine({ dollars, dollarsPerMonth, savedDollarsPerMonth }: PruneEstimate): string {
  const saved =
    savedDollarsPerMonth < 0.01
      ? ''
      : `; the table then costs ${renderDollars(savedDollarsPerMonth)} less a month, the exports ${renderDollars(dollarsPerMonth)} more`;
  return `${renderDollars(dollars)} (${pricesOf})${saved}`;
}

/** For a program. */
export function previewJson({ plan, tallies, estimate, remarks }: PrunePreview): object {
  const { waitMs, durationMs, ...rest } = estimate;
  return {
    floors: Object.fromEntries(entriesBySize(plan.cutoffs).map(([size, floorMs]) => [size, renderInstant(floorMs)])),
    raisesFloors: plan.rises,
    deletes: tallies.map(({ size, generation, exported, ranges, ...tally }) => ({
      ...{ size, generation, what: exported ? 'expired' : 'replaced' },
      ranges: ranges.map(({ fromMs, toMs }) => ({
        from: renderInstant(fromMs),
        to: toMs === undefined ? null : renderInstant(toMs),
      })),
      ...tally,
    })),
    ...rest,
    seconds: Math.ceil(durationMs / 1000),
    waitSeconds: Math.ceil(waitMs / 1000),
    remarks,
  };
}
