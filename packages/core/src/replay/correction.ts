import { metricBytesPerCallMax, metricsPerCallMax } from '../limits.ts';
import type { Datum } from '../publish/datum.ts';
import {
  correctionDatum,
  countBytesMax,
  countDatum,
  figuresBytesMax,
  figuresDatum,
  statisticValues,
} from '../publish/datum.ts';
import type { Figures, FiguresItem, Measured } from '../series/figures.ts';
import { differenceOf, measuredFromItem, measuredToItem, mergeMeasured } from '../series/figures.ts';
import type { SpanSize } from '../series/key.ts';

/** What a partial holds, or was published for it. `Measures`: of windows. */
export interface PublishedContent {
  readonly EventCount: number;
  readonly Measures?: Readonly<Record<string, FiguresItem>>;
}

/** A partial of a generation that a recount made, as it stands in the table. */
export interface RecountedItem extends PublishedContent {
  /** What recounts added: events of a bucket; of a window all that it held as a recount wrote it last. Absent where only live counting wrote. */
  readonly Recounted?: number | Required<PublishedContent>;
}

/** One partial: what should have been published for it, and what was. */
export interface CorrectedPair {
  readonly due?: PublishedContent;
  readonly published?: PublishedContent;
}

/** What is to be put for one (series, bucket or window), over all slices. */
export interface SpanCorrection {
  /** Events or readings; below 0 where too many were published. */
  readonly events: number;
  /** Of windows: what came to each measure to which anything came. */
  readonly measured: Measured;
  /** Measures whose difference is no statistic set; 1 where a partial cannot be read, since somebody else has written it. */
  readonly notCorrectable: number;
}

/**
 * The same as a line of JSON. An undo notes its corrections while it holds live counting: what that adds afterwards to the generation that is true
 * again it publishes itself, and nothing in the table tells the two apart.
 */
export interface NotedCorrection {
  readonly size: SpanSize;
  readonly name: string;
  readonly startMs: number;
  readonly events: number;
  readonly measures: Readonly<Record<string, FiguresItem>>;
  readonly notCorrectable: number;
}

/** Undefined where there is nothing to note. */
export function notedCorrection(
  place: Pick<NotedCorrection, 'size' | 'name' | 'startMs'>,
  { events, measured, notCorrectable }: SpanCorrection,
): NotedCorrection | undefined {
  const measures = measuredToItem(measured);
  if (events === 0 && notCorrectable === 0 && Object.keys(measures).length === 0) return undefined;
  return { ...place, events, measures, notCorrectable };
}

export function fromNoted({ events, measures, notCorrectable }: NotedCorrection): SpanCorrection {
  return { events, measured: measuredFromItem(measures), notCorrectable };
}

/** What recounts added to a partial: what live counting added to it, it published itself. Undefined where they added nothing. */
export function recountedContent({ Recounted }: RecountedItem): PublishedContent | undefined {
  if (Recounted === undefined) return undefined;
  return typeof Recounted === 'number' ? { EventCount: Recounted } : Recounted;
}

/** Of the partials of all slices of one (series, bucket or window). */
export function correctionOf(pairs: readonly CorrectedPair[]): SpanCorrection {
  const due = mergedOf(pairs.map((pair) => pair.due));
  const published = mergedOf(pairs.map((pair) => pair.published));
  if (due === undefined || published === undefined) return { events: 0, measured: {}, notCorrectable: 1 };
  const measured: Record<string, Figures> = {};
  let notCorrectable = 0;
  for (const name of new Set([...Object.keys(due.measured), ...Object.keys(published.measured)])) {
    const [now, before] = [due.measured[name], published.measured[name]];
    const added = now === undefined ? undefined : differenceOf(now, before);
    if (added !== undefined && added.count > 0) measured[name] = added;
    else if (!areSame(now, before)) notCorrectable += 1;
  }
  return { events: due.events - published.events, measured, notCorrectable };
}

interface Merged {
  readonly events: number;
  readonly measured: Measured;
}

/** Undefined where one of them is not what Tidemark writes. */
function mergedOf(contents: readonly (PublishedContent | undefined)[]): Merged | undefined {
  let merged: Merged = { events: 0, measured: {} };
  for (const content of contents) {
    if (content === undefined) continue;
    const measured = readMeasured(content.Measures ?? {});
    if (!Number.isSafeInteger(content.EventCount) || measured === undefined) return undefined;
    merged = { events: merged.events + content.EventCount, measured: mergeMeasured(merged.measured, measured) };
  }
  return merged;
}

function readMeasured(item: Readonly<Record<string, FiguresItem>>): Measured | undefined {
  try {
    return measuredFromItem(item);
  } catch {
    return undefined;
  }
}

function areSame(one: Figures | undefined, other: Figures | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Where a correction belongs. `kind`: a bucket's events have one metric, a window's readings one for each measure. */
export interface CorrectedSpan {
  readonly source: string;
  readonly name: string;
  readonly startMs: number;
  readonly kind: 'bucket' | 'window';
}

/**
 * The data of one correction: into the same metrics that live counting publishes, so that their sums become right, and beside them into
 * `Correction`. None where nothing is to be corrected.
 */
export function correctionData({ source, name, startMs, kind }: CorrectedSpan, correction: SpanCorrection): Datum[] {
  const { events, measured } = correction;
  const told = events === 0 ? [] : [correctionDatum(source, name, startMs, events)];
  if (kind === 'bucket') return events === 0 ? [] : [countDatum(source, name, startMs, events), ...told];
  const sets = Object.entries(measured).flatMap(([measure, figures]) => {
    const statistics = statisticValues(figures);
    return statistics === undefined ? [] : [figuresDatum(source, name, startMs, measure, statistics)];
  });
  return sets.length === 0 ? [] : [...sets, ...told];
}

/** Data of one PutMetricData call, as they are added to it. */
export class CorrectionCall {
  readonly #data: Datum[] = [];
  #bytes = 0;

  get data(): readonly Datum[] {
    return this.#data;
  }

  /** All of `data`, which belong together, or nothing and false: then the call is full. An empty call takes whatever one window can have. */
  add(source: string, name: string, data: readonly Datum[]): boolean {
    const bytes = data.reduce((sum, datum) => sum + bytesMax(source, name, datum), 0);
    const isFull = this.#data.length + data.length > metricsPerCallMax || this.#bytes + bytes > metricBytesPerCallMax;
    if (isFull && this.#data.length > 0) return false;
    this.#data.push(...data);
    this.#bytes += bytes;
    return true;
  }
}

function bytesMax(source: string, name: string, datum: Datum): number {
  return 'StatisticValues' in datum ? figuresBytesMax(source, name, datum.MetricName) : countBytesMax(source, name);
}
