import { publishAgeMsMax } from '@tidemark/core/limits';
import { ageOf } from '@tidemark/core/publish/age';
import type { JoinedPair } from '@tidemark/core/replay/compare';
import { firstStart, pairPlace, spanMs } from '@tidemark/core/replay/compare';
import type { CorrectedPair, RecountedItem } from '@tidemark/core/replay/correction';
import { CorrectionCall, correctionData, correctionOf, recountedContent } from '@tidemark/core/replay/correction';
import type { Corrected } from '@tidemark/core/replay/run';
import { nothingCorrected } from '@tidemark/core/replay/run';
import type { CorrectAnswer, CorrectCall } from '@tidemark/core/replay/steps';
import type { SpanSize } from '@tidemark/core/series/key';
import { isWindowSize, windowSize } from '@tidemark/core/series/window';
import { StepFailure } from './failure.ts';
import type { PartialRow, Segment } from './pairs.ts';
import { pairsOf, segmentsOf } from './pairs.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';
import { unitsFrom } from './units.ts';

/**
 * Puts the difference between what is true now and what was published into CloudWatch, for a bounded time: of the sizes that are published, and as far
 * back as CloudWatch takes data. The run is told after every call how far that is: a crash between the two repeats the call.
 */
export async function correct(step: Step<CorrectCall>): Promise<CorrectAnswer> {
  const run = await standingRun(step);
  if (run.timeline.Lock?.Stage !== 'switched') throw new StepFailure('OutOfTurn', 'nothing was switched');
  const { Corrected: before } = run.item;
  if (before !== undefined && before.Cursor === undefined) return { done: true, data: before.Data };
  await step.control.setRun(step.call.run, { Phase: 'correcting' });
  const correcting = new Correcting(step, before ?? nothingCorrected);
  const done = await correctAll(step, run, correcting);
  if (done) await correcting.end();
  return { done, data: correcting.corrected.Data };
}

async function correctAll(step: Step<CorrectCall>, run: StandingRun, correcting: Correcting): Promise<boolean> {
  const { call, control, nowMs } = step;
  const { publishSize, window } = call.settings;
  const sizes: SpanSize[] = [...(publishSize ? [publishSize] : []), ...(window ? [windowSize(window.seconds)] : [])];
  const cursor = correcting.corrected.Cursor;
  const place = cursor && { size: cursor.Size, name: cursor.Name, key: '' };
  const startOf = (size: SpanSize): number => firstStart(size, nowMs - publishAgeMsMax);
  const units = [...unitsFrom(sizes, await control.names(), place)];
  for (const [at, { size, name }] of units.entries()) {
    const isResumed = cursor?.Size === size && cursor.Name === name;
    const fromMs = isResumed ? cursor.FromMs : startOf(size);
    for await (const { startMs, pairs } of spansOf(step, run, size, name, fromMs)) {
      await correcting.add(size, name, startMs, pairs);
      if (!step.isTimeUp()) continue;
      await correcting.put({ Size: size, Name: name, FromMs: startMs + spanMs(size) });
      return false;
    }
    const next = units[at + 1];
    if (next === undefined || !step.isTimeUp()) continue;
    await correcting.put({ Size: next.size, Name: next.name, FromMs: startOf(next.size) });
    return false;
  }
  return true;
}

interface SpanPairs {
  readonly startMs: number;
  /** Of all slices. */
  readonly pairs: readonly CorrectedPair[];
}

/** The buckets of one series whose generation the run has changed, one after the other. */
async function* spansOf(
  step: Step<CorrectCall>,
  { timeline, item }: StandingRun,
  size: SpanSize,
  name: string,
  fromMs: number,
): AsyncGenerator<SpanPairs> {
  const segments = segmentsOf(size, fromMs, undefined, item.Before ?? {}, timeline.Ranges).filter(hasChanged);
  let span: { startMs: number; pairs: CorrectedPair[] } | undefined;
  for await (const pairs of pairsOf(step, { name, size }, segments)) {
    for (const pair of pairs) {
      const { startMs } = pairPlace(size, pair.key);
      if (span !== undefined && span.startMs !== startMs) yield span;
      if (span?.startMs !== startMs) span = { startMs, pairs: [] };
      span.pairs.push(correctedPair(pair, item.Kind === 'undo'));
    }
  }
  if (span !== undefined) yield span;
}

function hasChanged({ live, recount }: Segment): boolean {
  return live !== recount;
}

/** The left side is what was true before, the right what is now. What live counting added to it since, it has published itself. */
function correctedPair({ live: before, recount: now }: JoinedPair<PartialRow>, isUndo: boolean): CorrectedPair {
  const due = now === undefined || isUndo ? now : recountedContent(now as unknown as RecountedItem);
  return { ...(due === undefined ? {} : { due }), ...(before === undefined ? {} : { published: before }) };
}

/** Gathers data until a call is full, puts them, and tells the run. */
class Correcting {
  corrected: Corrected;
  readonly #step: Step<CorrectCall>;
  #call = new CorrectionCall();
  #tally = { TooOld: 0, TooNew: 0, NotCorrectable: 0 };

  constructor(step: Step<CorrectCall>, corrected: Corrected) {
    this.#step = step;
    this.corrected = corrected;
  }

  async add(size: SpanSize, name: string, startMs: number, pairs: readonly CorrectedPair[]): Promise<void> {
    const { source } = this.#step.call;
    const correction = correctionOf(pairs);
    const data = correctionData({ source, name, startMs, kind: isWindowSize(size) ? 'window' : 'bucket' }, correction);
    const age = ageOf(startMs, this.#step.nowMs);
    if (data.length > 0 && age === 'publishable' && !this.#call.add(source, name, data)) {
      // This one is the first of the next call.
      await this.put({ Size: size, Name: name, FromMs: startMs });
      this.#call.add(source, name, data);
    }
    this.#tally.NotCorrectable += correction.notCorrectable;
    if (data.length > 0 && age === 'too-old') this.#tally.TooOld += 1;
    if (data.length > 0 && age === 'too-new') this.#tally.TooNew += 1;
  }

  /** Puts what is gathered. Everything before `cursor` is done then. */
  async put(cursor: Corrected['Cursor']): Promise<void> {
    const { cloudwatch, control, call, signal } = this.#step;
    const { data } = this.#call;
    if (data.length > 0) await cloudwatch.put(data, signal);
    const before = this.corrected;
    this.corrected = {
      Data: before.Data + data.length,
      Calls: before.Calls + (data.length > 0 ? 1 : 0),
      TooOld: before.TooOld + this.#tally.TooOld,
      TooNew: before.TooNew + this.#tally.TooNew,
      NotCorrectable: before.NotCorrectable + this.#tally.NotCorrectable,
      ...(cursor === undefined ? {} : { Cursor: cursor }),
    };
    this.#call = new CorrectionCall();
    this.#tally = { TooOld: 0, TooNew: 0, NotCorrectable: 0 };
    await control.setRun(call.run, { Corrected: this.corrected });
  }

  async end(): Promise<void> {
    await this.put(undefined);
  }
}
