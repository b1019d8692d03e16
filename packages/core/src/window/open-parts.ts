import type { Fence } from '../series/sequence.ts';
import { GrowingPart } from './growing-part.ts';
import type { Reading } from './readings.ts';
import type { HeldPart } from './state.ts';

/** The parts that a state holds: found by window and name, and kept in the order in which they entered. */
export class OpenParts {
  readonly #parts: GrowingPart[] = [];
  readonly #windows = new Map<string, Map<string, GrowingPart>>();
  /** The window that was asked for last: mostly the next one too. */
  #seconds = 0;
  #startMs = 0;
  #window: Map<string, GrowingPart> = new Map();
  #bytesMax = 0;

  constructor(held: readonly HeldPart[]) {
    for (const part of held) {
      const { seconds, startMs, name, last } = part;
      this.#enter(new GrowingPart(seconds, startMs, name, last, part));
    }
  }

  /** Upper bound of the bytes of their JSON. */
  get bytesMax(): number {
    return this.#bytesMax;
  }

  /** Adds a reading to its part, which enters with it where it is the first. */
  add(seconds: number, startMs: number, fence: Fence, reading: Reading): void {
    const { name } = reading;
    const part = this.#at(seconds, startMs).get(name) ?? this.#enter(new GrowingPart(seconds, startMs, name, fence));
    this.#bytesMax -= part.bytesMax;
    part.add(fence, reading);
    this.#bytesMax += part.bytesMax;
  }

  /** Lets go of the part that entered last; undefined where there is none. */
  letGo(): GrowingPart | undefined {
    const part = this.#parts.pop();
    if (part === undefined) return undefined;
    this.#at(part.seconds, part.startMs).delete(part.name);
    this.#bytesMax -= part.bytesMax;
    return part;
  }

  held(): HeldPart[] {
    return this.#parts.map((part) => part.held());
  }

  #enter(part: GrowingPart): GrowingPart {
    this.#at(part.seconds, part.startMs).set(part.name, part);
    this.#parts.push(part);
    this.#bytesMax += part.bytesMax;
    return part;
  }

  #at(seconds: number, startMs: number): Map<string, GrowingPart> {
    if (seconds === this.#seconds && startMs === this.#startMs) return this.#window;
    const id = `${seconds} ${startMs}`;
    const window = this.#windows.get(id) ?? new Map<string, GrowingPart>();
    this.#windows.set(id, window);
    this.#seconds = seconds;
    this.#startMs = startMs;
    this.#window = window;
    return window;
  }
}
