import type { DrainOptions } from './drains.ts';
import type { EventSourceMapping } from './mapping.ts';

/** Every event source mapping of the engine. */
export class EventSourceMappings {
  readonly #mappings = new Map<string, EventSourceMapping>();

  add(mapping: EventSourceMapping): void {
    this.#mappings.set(mapping.uuid, mapping);
  }

  get(uuid: string): EventSourceMapping | undefined {
    return this.#mappings.get(uuid);
  }

  list(): readonly EventSourceMapping[] {
    return [...this.#mappings.values()];
  }

  /** Something was written to this stream, or to the table whose stream it is: looks there at once. */
  wake(arn: string): void {
    for (const mapping of this.#mappings.values()) {
      const source = mapping.options.source.arn;
      if (source === arn || source.startsWith(`${arn}/stream/`)) mapping.wake();
    }
  }

  /** Something was written to some table. */
  wakeTables(): void {
    for (const mapping of this.#mappings.values()) {
      if (mapping.options.source.kind === 'dynamodb') mapping.wake();
    }
  }

  isIdle(): boolean {
    return this.list().every((mapping) => mapping.isIdle());
  }

  /**
   * Resolves when no mapping has anything left to do, what functions wrote to other mapped streams meanwhile included.
   * Waits as long as a function fails that is retried without end.
   */
  async idle(options: DrainOptions = {}): Promise<void> {
    for (;;) {
      // One after another in the order of the flow: what the first delivers is what the next one reads.
      for (const mapping of this.list()) await mapping.idle(options);
      if (this.list().length < 2 || this.isIdle()) return;
    }
  }

  /** Ends all, waiting for the invocations that run. */
  async stop(): Promise<void> {
    await Promise.all(this.list().map((mapping) => mapping.stop()));
  }
}
