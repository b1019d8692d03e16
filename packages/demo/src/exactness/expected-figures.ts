import { ExactTotal } from '@tidemark/core/generate/exact-total';

/** What one measure must come to over some readings, added up in whole numbers of any size. */
export class ExpectedFigures {
  #count = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  readonly #total = new ExactTotal();
  /** Until the next reading comes: figures are asked for far more often than they change. */
  #item: Readonly<Record<string, unknown>> | undefined;

  add(value: number): void {
    this.#item = undefined;
    this.#count += 1;
    this.#total.add(value);
    this.#minimum = Math.min(this.#minimum, value);
    this.#maximum = Math.max(this.#maximum, value);
  }

  merge(other: ExpectedFigures): void {
    this.#item = undefined;
    this.#count += other.#count;
    this.#total.merge(other.#total);
    this.#minimum = Math.min(this.#minimum, other.#minimum);
    this.#maximum = Math.max(this.#maximum, other.#maximum);
  }

  /** As an item of the Series table holds them: the sum to its last bit, what rounding leaves after the rounded one. */
  item(): Readonly<Record<string, unknown>> {
    this.#item ??= this.#makeItem();
    return this.#item;
  }

  /** As a statistic set of CloudWatch. */
  statistics(): { readonly count: number; readonly sum: number; readonly minimum: number; readonly maximum: number } {
    return { count: this.#count, sum: this.#total.rounded(), minimum: this.#minimum, maximum: this.#maximum };
  }

  #makeItem() {
    const [Sum = 0, ...SumRest] = this.#sum();
    return {
      Count: this.#count,
      Sum,
      ...(SumRest.length === 0 ? {} : { SumRest }),
      Minimum: this.#minimum,
      Maximum: this.#maximum,
    };
  }

  #sum(): number[] {
    const rest = new ExactTotal();
    rest.merge(this.#total);
    const parts: number[] = [];
    for (let part = rest.rounded(); part !== 0; part = rest.rounded()) {
      parts.push(part);
      rest.add(-part);
    }
    return parts;
  }
}
