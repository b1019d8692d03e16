import type { Terminal } from './terminal.ts';

/** Short work shows nothing. */
const silentMs = 500;
const redrawMs = 100;

/**
 * One line on standard error that is drawn anew as work goes on: on a terminal only, and only once the work has taken a
 * moment. `line` is asked for the text ten times a second. Call `stop` before anything else is written.
 */
export function startProgress(terminal: Terminal, line: () => string): { stop(): void } {
  if (!terminal.live) return { stop: () => {} };
  let shown = false;
  const draw = (): void => {
    shown = true;
    terminal.note(`\r\u001b[2K${line()}`);
  };
  let timer = setTimeout(function redraw() {
    draw();
    timer = setTimeout(redraw, redrawMs);
  }, silentMs);
  return {
    stop: () => {
      clearTimeout(timer);
      if (shown) terminal.note('\r\u001b[2K');
      shown = false;
    },
  };
}
