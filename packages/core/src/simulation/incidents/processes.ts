/** Something that goes on by itself: at every `yield` others may come between. It goes on at `atMs`, or when its token is woken. */
export interface Pause {
  readonly atMs: number;
  readonly token?: string;
}

export type Going<Result = void> = Generator<Pause, Result, void>;

interface Process {
  readonly name: string;
  readonly going: Going;
  pause: Pause;
}

/** Everything that goes on, and the clock. */
export class Processes {
  nowMs: number;
  readonly #random: { integer(below: number): number };
  #all: Process[] = [];
  readonly #woken = new Set<string>();

  constructor(nowMs: number, random: { integer(below: number): number }) {
    this.nowMs = nowMs;
    this.#random = random;
  }

  start(name: string, going: Going, atMs: number = this.nowMs): void {
    this.#all.push({ name, going, pause: { atMs } });
  }

  /** Ends what has this name, wherever it is. Whether there was any. */
  kill(name: string): boolean {
    const left = this.#all.filter((process) => process.name !== name);
    const found = left.length < this.#all.length;
    this.#all = left;
    return found;
  }

  wake(token: string): void {
    this.#woken.add(token);
  }

  isWoken(token: string): boolean {
    return this.#woken.has(token);
  }

  /** Lets one of those go on that can; where none can, time passes. False when nothing happens before `untilMs`. */
  step(untilMs: number): boolean {
    const ready = this.#all.filter(
      ({ pause }) => pause.atMs <= this.nowMs || (pause.token !== undefined && this.#woken.has(pause.token)),
    );
    const process = ready[this.#random.integer(Math.max(1, ready.length))];
    if (process === undefined) {
      const nextMs = this.#all.reduce((earliest, { pause }) => Math.min(earliest, pause.atMs), untilMs);
      this.nowMs = nextMs;
      return nextMs < untilMs;
    }
    const result = process.going.next();
    if (result.done === true) this.#all = this.#all.filter((other) => other !== process);
    else process.pause = result.value;
    return true;
  }
}
