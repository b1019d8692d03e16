import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import { Expectation, type Rules } from './expected.ts';
import type { SentRecord } from './sent.ts';

export interface ExpectationOptions {
  /** Floors that hold for whatever arrives. */
  readonly floorMs?: Readonly<Partial<Record<BucketSize, number>>>;
  /** In their place: by arrival. Asked once for each record. */
  readonly floorAt?: Rules['floorAt'];
  /** How many names have series of their own; without end where it is not told. */
  readonly maxSeries?: number;
}

/** What one source must have made of what was sent to it. */
export class Expectations {
  readonly #source: DeployedSource;
  readonly #options: ExpectationOptions;
  /** Grows with what is sent, as long as no cap decides which names are series. */
  readonly #growing: Expectation;
  #grown = 0;

  constructor(source: DeployedSource, options: ExpectationOptions) {
    this.#source = source;
    this.#options = options;
    this.#growing = new Expectation(this.#rules(() => true));
  }

  /** Past the cap, which names came first is what the catalogue alone knows: it must then be full. */
  of(sent: readonly SentRecord[], admitted: readonly string[]): Expectation {
    const { maxSeries } = this.#options;
    if (maxSeries === undefined) {
      for (const record of sent.slice(this.#grown)) this.#growing.add(record);
      this.#grown = sent.length;
      return this.#growing;
    }
    const series = new Set(admitted.slice(0, maxSeries));
    const isFull = series.size === maxSeries;
    const expected = new Expectation(this.#rules((name) => !isFull || series.has(name)));
    for (const record of sent) expected.add(record);
    return expected;
  }

  /** Where rows have fences, no more than what these say. */
  ofFences(sent: readonly SentRecord[], fences: ReadonlyMap<string, string>): Expectation {
    const expected = new Expectation({ ...this.#rules(() => true), fenceOf: (key) => fences.get(key) });
    for (const record of sent) expected.add(record);
    return expected;
  }

  #rules(isSeries: (name: string) => boolean): Rules {
    const { name: source, buckets: sizes, window } = this.#source;
    const { floorMs = {}, floorAt = (size) => floorMs[size] ?? Number.NEGATIVE_INFINITY } = this.#options;
    return { source, sizes, windowSeconds: window?.seconds, floorAt, isSeries };
  }
}
