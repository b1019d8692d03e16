import type { Terminal } from './terminal.ts';

/** Short work shows nothing. */
const silentMs = 500;
const redrawMs = 100;

/**
 * A line, or a few, on standard error that are drawn anew as work goes on: on a terminal only, and only once the work has taken a
 * moment. `line` is asked for the text ten times a second; no line of it may be wider than the terminal. Call `stop` before anything else is written.
 */
export function startProgress(terminal: Terminal, line: () => string): { stop(): void } {
  if (!terminal.live) return { stop: () => {} };
  /** Lines that stand on the screen. */
  let shown = 0;
  // Up to the first of them, then everything to the end of the screen goes.
  const clear = (): string => (shown > 1 ? `\r\u001b[${shown - 1}A\u001b[J` : '\r\u001b[2K');
  const draw = (): void => {
    const text = line();
    terminal.note(`${clear()}${text}`);
    shown = text.split('\n').length;
  };
  let timer = setTimeout(function redraw() {
    draw();
    timer = setTimeout(redraw, redrawMs);
  }, silentMs);
  return {
    stop: () => {
      clearTimeout(timer);
      if (shown > 0) terminal.note(clear());
      shown = 0;
    },
  };
}
