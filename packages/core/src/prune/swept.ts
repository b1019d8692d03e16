import { earliestMs } from '../replay/timeline.ts';
import type { SpanSize } from '../series/key.ts';
import type { PastRun } from './needed.ts';
import { without } from './stretch.ts';
import type { WorkQuestion, WorkRange } from './work.ts';
import { sizesOf } from './work.ts';

/** A generation of which nothing is left when a prune is done. */
export interface SweptGeneration {
  readonly run: string;
  readonly generation: number;
}

/**
 * The generations that `work` takes whole, of every size: what is left of them in the Control table can go as well, and no later prune looks for them. None
 * where the run was restricted to some sizes.
 */
export function sweptGenerations(question: WorkQuestion, work: readonly WorkRange[]): SweptGeneration[] {
  if (question.only !== undefined) return [];
  const sizes = sizesOf(question);
  return question.runs.flatMap(({ run, item: { Generation, Swept } }: PastRun) => {
    if (Generation === undefined || Swept) return [];
    const isWhole = sizes.every((size) => takesAll(work, size, Generation));
    return isWhole ? [{ run, generation: Generation }] : [];
  });
}

function takesAll(work: readonly WorkRange[], size: SpanSize, generation: number): boolean {
  const taken = work
    .filter((range) => range.size === size && range.generation === generation)
    .map(({ fromMs, toMs = Number.POSITIVE_INFINITY }) => ({ fromMs, toMs }));
  return without({ fromMs: earliestMs, toMs: Number.POSITIVE_INFINITY }, taken).length === 0;
}
