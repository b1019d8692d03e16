import type { Measure } from '../config.ts';
import type { Figures } from '../series/figures.ts';
import { figuresOf, GrowingFigures } from '../series/figures.ts';
import type { Fence } from '../series/sequence.ts';
import type { WindowContent } from './part.ts';
import type { Reading } from './readings.ts';
import type { HeldPart } from './state.ts';
import { figuresBytesMax, partBytesMax, sumNumberBytesMax } from './state-bytes.ts';

/** One (name, window) that takes reading after reading. */
export class GrowingPart {
  readonly seconds: number;
  readonly startMs: number;
  readonly name: string;
  readonly #first: Fence;
  #last: Fence;
  #records: number;
  readonly #figures = new Map<string, GrowingFigures>();
  #bytes: number;

  /** Without `content` the part begins with the record of `fence`. */
  constructor(seconds: number, startMs: number, name: string, fence: Fence, content?: WindowContent) {
    this.seconds = seconds;
    this.startMs = startMs;
    this.name = name;
    this.#first = content?.first ?? fence;
    this.#last = fence;
    this.#records = content?.records ?? 0;
    this.#bytes = partBytesMax(name, this.#first, fence);
    for (const [measure, figures] of Object.entries(content?.measures ?? {})) this.#begin(measure, figures);
  }

  /** Upper bound of the bytes that it has in the state: a function of what it holds. */
  get bytesMax(): number {
    return this.#bytes;
  }

  add(fence: Fence, { measures, measured, from }: Reading): void {
    this.#bytes += fence.length - this.#last.length;
    this.#last = fence;
    this.#records += 1;
    for (let at = 0; at < measures.length; at += 1) {
      const { name } = measures[at] as Measure;
      const value = measured[from + at] as number;
      const figures = this.#figures.get(name);
      if (figures === undefined) {
        this.#begin(name, figuresOf(value));
      } else {
        const numbers = figures.sum.length;
        figures.add(value);
        this.#bytes += (figures.sum.length - numbers) * sumNumberBytesMax;
      }
    }
  }

  #begin(measure: string, figures: Figures): void {
    this.#figures.set(measure, new GrowingFigures(figures));
    this.#bytes += figuresBytesMax(figures);
  }

  content(): WindowContent {
    return {
      first: this.#first,
      last: this.#last,
      records: this.#records,
      measures: Object.fromEntries(this.#figures),
    };
  }

  held(): HeldPart {
    const { seconds, startMs, name } = this;
    return { seconds, startMs, name, ...this.content() };
  }
}
