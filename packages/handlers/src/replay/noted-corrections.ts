import type { NotedCorrection } from '@tidemark/core/replay/correction';
import { fromNoted, notedCorrection } from '@tidemark/core/replay/correction';
import { correctionsKey } from '@tidemark/core/replay/report';
import type { CorrectionPlace, RunItem } from '@tidemark/core/replay/run';
import type { CorrectCall, UndoCall, UndoCursor } from '@tidemark/core/replay/switch-steps';
import type { Change, Walked } from './corrected-spans.ts';
import { correctedSpans } from './corrected-spans.ts';
import type { Step } from './step.ts';

/** Lines of one part. */
const linesMax = 5000;

/** Where the noting stands; without `at` it is done. */
export type Noted = NonNullable<UndoCursor['noted']> & { readonly isDone: boolean };

/**
 * Writes down, while live counting is held, what an undo must correct, for a bounded time. What live counting adds afterwards to the generation that
 * is true again it publishes itself: read then, that would be put once more.
 */
export async function noteCorrections(
  step: Step<UndoCall>,
  change: Change,
  { parts: begun, at }: NonNullable<UndoCursor['noted']>,
): Promise<Noted> {
  const { call, s3, signal } = step;
  let parts = begun;
  let lines: string[] = [];
  const endPart = async (): Promise<void> => {
    if (lines.length === 0) return;
    const content = { body: `${lines.join('\n')}\n`, contentType: 'application/jsonl' };
    await s3.put(call.settings.bucket, correctionsKey(call.source, call.run, parts), content, signal);
    lines = [];
    parts += 1;
  };
  for await (const { span, next } of correctedSpans(step, change, at)) {
    const noted = span && notedCorrection(span, span.correction);
    if (noted !== undefined) lines.push(JSON.stringify(noted));
    if (lines.length >= linesMax) await endPart();
    if (!step.isTimeUp()) continue;
    await endPart();
    return { isDone: false, parts, at: next };
  }
  await endPart();
  return { isDone: true, parts };
}

/** What was noted, from a place on. */
export async function* notedSpans(
  { call, s3, signal }: Step<CorrectCall>,
  { NotedParts = 0 }: RunItem,
  from: CorrectionPlace | undefined,
): AsyncGenerator<Walked> {
  const begin = from?.Noted ?? { Part: 0, Line: 0 };
  for (let Part = begin.Part; Part < NotedParts; Part += 1) {
    const text = await s3.getText(call.settings.bucket, correctionsKey(call.source, call.run, Part), signal);
    const lines = text.trimEnd().split('\n');
    for (let Line = Part === begin.Part ? begin.Line : 0; Line < lines.length; Line += 1) {
      const noted = JSON.parse(lines[Line] as string) as NotedCorrection;
      const { size, name, startMs } = noted;
      const place = { Size: size, Name: name, FromMs: startMs };
      yield {
        span: { size, name, startMs, correction: fromNoted(noted) },
        at: { ...place, Noted: { Part, Line } },
        next: { ...place, Noted: { Part, Line: Line + 1 } },
      };
    }
  }
}
