import type { Clock } from '../clock.ts';

/** The time in which records gather for one batch, in engine time. */
export class BatchWindow {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #over: () => void;
  #timer: AbortController | undefined;
  #isOver = false;

  /** `over` is called when a window ends by itself. */
  constructor(clock: Clock, windowMs: number, over: () => void) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#over = over;
  }

  /** Whether what has gathered is to go out. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The first record is there. */
  open(): void {
    this.close();
    if (this.#windowMs === 0) {
      this.#isOver = true;
      return;
    }
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(this.#windowMs, timer.signal).then(
      () => {
        // A window that was closed in this very moment has nothing to say about the next one.
        if (this.#timer !== timer) return;
        this.end();
        this.#over();
      },
      () => {},
    );
  }

  /** What has gathered goes out at once. */
  end(): void {
    this.#isOver = true;
  }

  /** Nothing is gathering. */
  close(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    this.#isOver = false;
  }
}
