import { setTimeout as wait } from 'node:timers/promises';
import type { RunPhase } from '@tidemark/core/replay/run';
import { interruptible } from '../interruptible.ts';
import { startProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { phaseOf, renderProgress, tellProgress } from './progress-text.ts';
import { lookAtRun, type RunPlace, type RunReach, type RunView, stateOf } from './view.ts';

/** How a following ended: the run did, or the operator left. */
export type Followed = { readonly kind: 'ended'; readonly view: RunView } | { readonly kind: 'left' };

/** The watchdog looks every five minutes, and takes a few more for a pipe. By the target's clock, in milliseconds. */
const cleanupMsMax = 15 * 60_000;
/** Where nothing can be redrawn, a line is written so often, whatever happens. Milliseconds. */
const tellEveryMs = 60_000;

/** The terminal's echo of Ctrl-C must not break a line that is as wide as the terminal. */
const echoColumns = 3;

/** Looks at a run until it has ended, and shows how far it is. Ctrl-C leaves it. */
export async function followRun(
  reach: RunReach,
  place: RunPlace,
  terminal: Terminal,
  isLocal: boolean,
): Promise<Followed> {
  const signal = terminal.interruption();
  let view: RunView | undefined;
  const progress = startProgress(terminal, () =>
    view === undefined ? `Looking at run ${place.run} ...` : renderProgress(view, terminal.columns - echoColumns),
  );
  const teller = new Teller(terminal);
  const startedMs = performance.now();
  try {
    for (;;) {
      view = await interruptible(lookAtRun(reach, place), signal);
      if (isOver(view)) return { kind: 'ended', view };
      teller.tell(view);
      await wait(pauseMs(view, performance.now() - startedMs, isLocal), undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) return { kind: 'left' };
    throw error;
  } finally {
    progress.stop();
  }
}

function isOver(view: RunView): boolean {
  const state = stateOf(view);
  if (state !== 'stopped') return state !== 'running';
  return view.nowMs - (view.execution?.stoppedMs ?? 0) > cleanupMsMax;
}

/** Those that may last for hours. */
const longPhases: ReadonlySet<RunPhase> = new Set(['recounting', 'waiting for the floor', 'pruning', 'restoring']);

/** An engine may be asked often. In AWS a run takes long, and what goes on within minutes is worth a look every few seconds. */
function pauseMs({ item }: RunView, followedMs: number, isLocal: boolean): number {
  if (isLocal) return 500;
  if (followedMs < 60_000 || item === undefined || !longPhases.has(item.Phase)) return 2_000;
  return followedMs < 3_600_000 ? 5_000 : 15_000;
}

/** Tells what is new, line by line, where nothing can be redrawn. */
class Teller {
  readonly #terminal: Terminal;
  #phase = '';
  #toldMs = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  tell(view: RunView): void {
    if (this.#terminal.live || view.item === undefined) return;
    const phase = phaseOf(view);
    if (phase === this.#phase && performance.now() - this.#toldMs < tellEveryMs) return;
    this.#phase = phase;
    this.#toldMs = performance.now();
    this.#terminal.note(`${tellProgress(view)}\n`);
  }
}
