import { createLogUpdate } from 'log-update';
import pico from 'picocolors';

/** Where the demo shows what happens while it happens. */
export interface Screen {
  /** Shows a picture in place of the last one; where that cannot be, `line` now and then. */
  show(picture: () => string, line: () => string): void;
  /** Says something that stays. */
  say(text: string): void;
  /** Lets something be said elsewhere that may show on the same terminal, without tearing the picture. */
  aside(say: () => void): void;
  /** Leaves the last picture and draws no more. */
  finish(): void;
  /** Whether pictures are drawn in place. */
  readonly live: boolean;
  readonly columns: number;
  readonly colours: ReturnType<typeof pico.createColors>;
}

/** How often a line is printed where nothing can be drawn in place. */
const lineMs = 1_000;

export function screenOn(stream: NodeJS.WriteStream): Screen {
  return stream.isTTY === true ? liveScreen(stream) : plainScreen(stream);
}

function liveScreen(stream: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(stream);
  return {
    show: (picture) => update(picture()),
    say: (text) => {
      update.clear();
      stream.write(text);
    },
    aside: (say) => {
      update.clear();
      say();
    },
    finish: () => update.done(),
    live: true,
    colours: pico.createColors(pico.isColorSupported),
    get columns() {
      return stream.columns ?? 100;
    },
  };
}

function plainScreen(stream: NodeJS.WriteStream): Screen {
  let shownMs = Number.NEGATIVE_INFINITY;
  let pending: (() => string) | undefined;
  return {
    show: (_picture, line) => {
      pending = line;
      if (performance.now() - shownMs < lineMs) return;
      shownMs = performance.now();
      pending = undefined;
      stream.write(line());
    },
    say: (text) => {
      // What was to be shown before is old by now.
      pending = undefined;
      stream.write(text);
    },
    aside: (say) => say(),
    // The last state is worth a line however soon it came.
    finish: () => {
      if (pending !== undefined) stream.write(pending());
      pending = undefined;
    },
    live: false,
    colours: pico.createColors(false),
    columns: 100,
  };
}
