/** What must be undone, the last added first. A step that is added when it runs already is taken at once. */
export class Shutdown {
  readonly #steps: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;

  add(step: () => Promise<void>): void {
    if (this.#running === undefined) this.#steps.push(step);
    else this.#running = Promise.allSettled([this.#running, step()]).then(() => {});
  }

  /** Takes every step, whatever fails on the way, then rejects with the first failure. Further calls wait for the first. */
  run(): Promise<void> {
    this.#running ??= this.#runSteps();
    return this.#running;
  }

  async #runSteps(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
