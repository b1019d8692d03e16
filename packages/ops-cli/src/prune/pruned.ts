import type { Floors, RestoredRange } from '@tidemark/core/control/floors';
import type { SpanSize } from '@tidemark/core/series/key';
import { renderInstant, wrapped } from '../render.ts';

/** Of what a reader asked for, the part that lies below the prune floor. Milliseconds since the epoch. */
export interface Pruned {
  readonly beforeMs: number;
  /** What of it is there again. */
  readonly restored: readonly RestoredRange[];
}

/** Undefined where everything from `fromMs` on is kept. */
export function prunedOf(
  floors: Floors,
  size: SpanSize,
  fromMs: number = Number.NEGATIVE_INFINITY,
  toMs: number = Number.POSITIVE_INFINITY,
): Pruned | undefined {
  const beforeMs = floors.highestFloor(size);
  if (fromMs >= beforeMs) return undefined;
  const restored = floors.restored(size).filter(({ FromMs, ToMs }) => FromMs < toMs && ToMs > fromMs);
  return { beforeMs, restored };
}

/** For a reader; `command`: what to type to reach the stage again. */
export function renderPruned({ beforeMs, restored }: Pruned, command: string, columns: number): string {
  const lines = [
    `Pruned before ${renderInstant(beforeMs)}; \`${command} prune restore\` brings it back.`,
    ...restored.map(
      ({ FromMs, ToMs, UntilMs }) =>
        `Restored from ${renderInstant(FromMs)} to ${renderInstant(ToMs)}, kept until ${renderInstant(UntilMs)} at least.`,
    ),
  ];
  return lines.map((line) => `${wrapped(line, columns, 2)}\n`).join('');
}

/** For a program: `prunedBefore`, and `restored` where something is. Neither where nothing of it is pruned. */
export function prunedJson(pruned: Pruned | undefined): Readonly<Record<string, unknown>> {
  if (pruned === undefined) return {};
  const restored = pruned.restored.map(restoredJson);
  return { prunedBefore: renderInstant(pruned.beforeMs), ...(restored.length === 0 ? {} : { restored }) };
}

export function restoredJson({ FromMs, ToMs, UntilMs, Run }: RestoredRange): Readonly<Record<string, string>> {
  return { from: renderInstant(FromMs), to: renderInstant(ToMs), until: renderInstant(UntilMs), run: Run };
}
