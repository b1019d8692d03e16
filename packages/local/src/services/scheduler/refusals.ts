/** What is wrong with an input, each with the path of its field. */
export class Refusals {
  readonly #mistakes: string[];

  constructor(mistakes: readonly string[] = []) {
    this.#mistakes = [...mistakes];
  }

  get mistakes(): readonly string[] {
    return this.#mistakes;
  }

  add(path: string, reason: string): void {
    this.#mistakes.push(`${path}: ${reason}`);
  }
}
