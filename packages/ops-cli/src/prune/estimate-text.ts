import type { DeployedSource } from '@tidemark/core/deployment';
import {
  type FittingColumn,
  renderBytes,
  renderCount,
  renderDollars,
  renderDuration,
  renderFitting,
  renderInstant,
  renderLabelled,
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

/** A line of the table: of one tally, or of all. */
interface Line extends Pick<PruneEstimate, 'series' | 'buckets' | 'items' | 'bytes' | 'objects'> {
  readonly tally?: WorkTally;
}

const lineColumns: readonly FittingColumn<Line>[] = [
  { title: 'size', goes: 0, cell: ({ tally }) => (tally === undefined ? 'all' : tellSize(tally.size)) },
  { title: 'what', goes: 0, cell: ({ tally }) => (tally === undefined ? '' : whatOf(tally)) },
  {
    title: 'generation',
    goes: 4,
    align: 'right',
    cell: ({ tally }) => (tally === undefined ? '' : String(tally.generation)),
  },
  { title: 'series', goes: 2, align: 'right', cell: ({ series }) => renderCount(series) },
  { title: 'buckets', goes: 1, align: 'right', cell: ({ buckets }) => renderCount(buckets) },
  { title: 'items', goes: 0, align: 'right', cell: ({ items }) => renderCount(items) },
  { title: 'bytes', goes: 0, align: 'right', cell: ({ bytes }) => renderBytes(rounded(bytes)) },
  {
    title: 'objects',
    goes: 3,
    align: 'right',
    cell: ({ tally, objects }) => (tally?.exported === false ? '' : renderCount(objects)),
  },
];
/** Spaces before the table. */
const indent = 2;

/** What a prune would do, as it is shown before it is started. */
export function renderPreview(preview: PrunePreview, columns: number): string {
  const { source, plan, tallies, estimate, remarks } = preview;
  const { items } = estimate;
  const kinds: Line[] = tallies.filter((tally) => tally.items > 0).map((tally) => ({ ...tally, tally }));
  const rows = kinds.length > 1 ? [...kinds, estimate] : kinds;
  const table = rows.length === 0 ? '' : renderFitting(lineColumns, rows, columns - indent);
  const lines: [string, string][] = [
    ['floors', floorsLine(plan)],
    ...(items === 0 ? [['deletes', 'nothing'] satisfies [string, string]] : []),
    ...(isNothing(preview) ? [] : costLines(source, estimate)),
    ...remarks.map((remark): [string, string] => ['note', remark]),
  ];
  return [
    `The prune of ${source.name} would delete:\n`,
    table === '' ? '' : `\n${table.replaceAll(/^(?=.)/gm, '  ')}\n`,
    renderLabelled(lines, columns),
  ].join('');
}

/** Whether it would neither delete anything nor raise a floor. */
export function isNothing({ plan, estimate }: PrunePreview): boolean {
  return !plan.rises && estimate.items === 0;
}

function costLines(source: DeployedSource, estimate: PruneEstimate): [string, string][] {
  return [
    ['takes', takesLine(source, estimate)],
    ['costs', costsLine(estimate)],
  ];
}

/** In a word, whether it comes back. */
function whatOf({ exported }: WorkTally): 'expired' | 'replaced' {
  return exported ? 'expired' : 'replaced';
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
