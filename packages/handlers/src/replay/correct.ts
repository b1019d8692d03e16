import { ageOf } from '@tidemark/core/publish/age';
import { CorrectionCall, correctionData } from '@tidemark/core/replay/correction';
import type { Corrected, CorrectionPlace } from '@tidemark/core/replay/run';
import { nothingCorrected } from '@tidemark/core/replay/run';
import type { CorrectAnswer, CorrectCall } from '@tidemark/core/replay/switch-steps';
import { isWindowSize } from '@tidemark/core/series/window';
import { StepFailure } from '../runs/failure.ts';
import type { CorrectedSpan } from './corrected-spans.ts';
import { correctedSpans } from './corrected-spans.ts';
import { notedSpans } from './noted-corrections.ts';
import type { StandingRun, Step } from './step.ts';
import { standingRun } from './step.ts';

/**
 * Puts the difference between what is true now and what was published into CloudWatch, for a bounded time. The run is told after every call how far
 * that is: a crash between the two repeats the call.
 */
export async function correct(step: Step<CorrectCall>): Promise<CorrectAnswer> {
  const run = await standingRun(step);
  if (run.timeline.Lock?.Stage !== 'switched') throw new StepFailure('OutOfTurn', 'nothing was switched');
  const { Corrected: before } = run.item;
  if (before !== undefined && before.Cursor === undefined) return { done: true, data: before.Data };
  await step.control.setRun(step.call.run, { Phase: 'correcting', CorrectingMs: step.nowMs });
  const correcting = new Correcting(step, before ?? nothingCorrected);
  const done = await correctAll(step, run, correcting);
  if (done) await correcting.put(undefined);
  return { done, data: correcting.corrected.Data };
}

async function correctAll(
  step: Step<CorrectCall>,
  { item, timeline }: StandingRun,
  correcting: Correcting,
): Promise<boolean> {
  const { Cursor } = correcting.corrected;
  const spans =
    item.Kind === 'undo'
      ? notedSpans(step, item, Cursor)
      : correctedSpans(step, { before: item.Before ?? {}, now: timeline.Ranges, isUndo: false }, Cursor);
  for await (const { span, at, next } of spans) {
    if (span !== undefined && at !== undefined) await correcting.add(span, at);
    if (!step.isTimeUp()) continue;
    await correcting.put(next);
    return false;
  }
  return true;
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

  /** `at`: the place of the span. */
  async add({ size, name, startMs, correction }: CorrectedSpan, at: CorrectionPlace): Promise<void> {
    const { source } = this.#step.call;
    const data = correctionData({ source, name, startMs, kind: isWindowSize(size) ? 'window' : 'bucket' }, correction);
    const age = ageOf(startMs, this.#step.nowMs);
    if (data.length > 0 && age === 'publishable' && !this.#call.add(source, name, data)) {
      // This one is the first of the next call.
      await this.put(at);
      this.#call.add(source, name, data);
    }
    this.#tally.NotCorrectable += correction.notCorrectable;
    if (data.length > 0 && age === 'too-old') this.#tally.TooOld += 1;
    if (data.length > 0 && age === 'too-new') this.#tally.TooNew += 1;
  }

  /** Puts what is gathered. Everything before `cursor` is done then; undefined at the end. */
  async put(cursor: CorrectionPlace | undefined): Promise<void> {
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
}
