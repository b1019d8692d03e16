import { publishAgeMsMax } from '@tidemark/core/limits';
import type { JoinedPair } from '@tidemark/core/replay/compare';
import { firstStart, pairPlace, spanMs } from '@tidemark/core/replay/compare';
import type { CorrectedPair, RecountedItem, SpanCorrection } from '@tidemark/core/replay/correction';
import { correctionOf, recountedContent } from '@tidemark/core/replay/correction';
import type { CorrectionPlace } from '@tidemark/core/replay/run';
import type { StepCall } from '@tidemark/core/replay/steps';
import type { TimelineRanges } from '@tidemark/core/replay/timeline';
import type { SpanSize } from '@tidemark/core/series/key';
import { windowSize } from '@tidemark/core/series/window';
import type { PartialRow, Segment } from './pairs.ts';
import { pairsOf, segmentsOf } from './pairs.ts';
import type { Step } from './step.ts';
import type { Unit } from './units.ts';
import { unitsFrom } from './units.ts';

/** A bucket or window of a series, and what is to be put for it. */
export interface CorrectedSpan {
  readonly size: SpanSize;
  readonly name: string;
  readonly startMs: number;
  readonly correction: SpanCorrection;
}

/** One step of a walk over what is to be corrected. */
export interface Walked {
  /** Absent where a series came to its end. */
  readonly span?: CorrectedSpan;
  /** Of the span. */
  readonly at?: CorrectionPlace;
  /** Where to go on. */
  readonly next: CorrectionPlace;
}

/** Two timelines, and whether the change between them is an undo's. */
export interface Change {
  readonly before: TimelineRanges;
  readonly now: TimelineRanges;
  readonly isUndo: boolean;
}

/** Every bucket and window whose generation was changed: of the sizes that are published, above their floors, and as far back as CloudWatch takes data. */
export async function* correctedSpans(
  step: Step<StepCall>,
  change: Change,
  from: CorrectionPlace | undefined,
): AsyncGenerator<Walked> {
  const { call, control, nowMs } = step;
  const { publishSize, window } = call.settings;
  const sizes: SpanSize[] = [...(publishSize ? [publishSize] : []), ...(window ? [windowSize(window.seconds)] : [])];
  const floors = await control.floors();
  const beginningOf = ({ size, name }: Unit): CorrectionPlace => ({
    ...{ Size: size, Name: name },
    FromMs: firstStart(size, Math.max(nowMs - publishAgeMsMax, floors.highestFloor(size))),
  });
  const units = [...unitsFrom(sizes, await control.names(), from && { size: from.Size, name: from.Name, key: '' })];
  for (const [index, unit] of units.entries()) {
    const begin = index === 0 && from !== undefined ? from : beginningOf(unit);
    yield* spansOf(step, change, unit, begin.FromMs);
    const next = units[index + 1];
    if (next !== undefined) yield { next: beginningOf(next) };
  }
}

/** Of one series and size, one after the other. */
async function* spansOf(
  step: Step<StepCall>,
  { before, now, isUndo }: Change,
  { size, name }: Unit,
  fromMs: number,
): AsyncGenerator<Walked> {
  const segments = segmentsOf(size, fromMs, undefined, before, now).filter(hasChanged);
  let span: { startMs: number; pairs: CorrectedPair[] } | undefined;
  const corrected = ({ startMs, pairs }: NonNullable<typeof span>): Walked => {
    const place = { Size: size, Name: name };
    return {
      span: { size, name, startMs, correction: correctionOf(pairs) },
      at: { ...place, FromMs: startMs },
      next: { ...place, FromMs: startMs + spanMs(size) },
    };
  };
  for await (const pairs of pairsOf(step, { name, size }, segments)) {
    for (const pair of pairs) {
      const { startMs } = pairPlace(size, pair.key);
      if (span !== undefined && span.startMs !== startMs) yield corrected(span);
      if (span?.startMs !== startMs) span = { startMs, pairs: [] };
      span.pairs.push(correctedPair(pair, isUndo));
    }
  }
  if (span !== undefined) yield corrected(span);
}

function hasChanged({ live, recount }: Segment): boolean {
  return live !== recount;
}

/** The left side is what was true before, the right what is now. What live counting added to a recount's partials since, it has published itself. */
function correctedPair({ live: before, recount: now }: JoinedPair<PartialRow>, isUndo: boolean): CorrectedPair {
  const due = now === undefined || isUndo ? now : recountedContent(now as unknown as RecountedItem);
  return { ...(due === undefined ? {} : { due }), ...(before === undefined ? {} : { published: before }) };
}
