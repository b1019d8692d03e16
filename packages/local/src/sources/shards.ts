import type { DrainOptions } from './drains.ts';
import type { Filter } from './filter.ts';
import { type PollerOptions, ShardPoller } from './poller.ts';
import type { Positions, ShardPosition } from './positions.ts';
import type { MappingSettings, StartingPosition } from './settings.ts';
import type { SourceShard, StreamSource } from './source.ts';

export interface ShardsOptions {
  readonly source: StreamSource;
  readonly positions: Positions;
  readonly startingPosition: StartingPosition;
  /** What every shard's poller needs beyond its place. */
  readonly poller: (
    shardId: string,
  ) => Omit<PollerOptions, 'shardId' | 'position' | 'openWindow' | 'source' | 'reached' | 'settings' | 'passes'>;
  readonly sourceFailed: (error: unknown, shardId?: string) => void;
}

/** Wall time between looks at the list of shards, for those that nothing else tells of. */
const refreshMs = 2000;

/** The shards of one mapping that are being read: each parent to its end before its children. */
export class Shards {
  readonly #options: ShardsOptions;
  readonly #pollers = new Map<string, ShardPoller>();
  #refreshing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #running: { readonly settings: MappingSettings; readonly passes: Filter } | undefined;

  constructor(options: ShardsOptions) {
    this.#options = options;
  }

  get pollers(): readonly ShardPoller[] {
    return [...this.#pollers.values()];
  }

  /** Begins to read, at the starting position the first time and where it was ever after. */
  async start(settings: MappingSettings, passes: Filter): Promise<void> {
    this.#running = { settings, passes };
    this.#timer = setInterval(() => void this.refresh(), refreshMs);
    await this.refresh();
  }

  /** Begins nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#running = undefined;
    await this.#refreshing;
    for (const poller of this.pollers) poller.stop();
    await Promise.allSettled(this.pollers.map((poller) => poller.finished));
  }

  /** Looks for shards whose turn has come. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing
      .then(() => this.#startDue())
      .catch((error: unknown) => this.#options.sourceFailed(error));
    return this.#refreshing;
  }

  /** Resolves when a read of every shard, begun from now on, has found nothing; gives how much was ever received. */
  async drained(options: DrainOptions): Promise<string> {
    for (;;) {
      await this.refresh();
      const pollers = this.pollers;
      await Promise.all(pollers.map((poller) => poller.drained(options)));
      // A shard that has just ended makes room for its children, whose pollers the next round sees.
      await new Promise(setImmediate);
      await this.refresh();
      const now = this.pollers;
      const same = now.length === pollers.length && now.every((poller, index) => poller === pollers[index]);
      if (same && !now.some((poller) => poller.isFinished)) {
        return JSON.stringify(now.map((poller) => [poller.shardId, poller.received]));
      }
    }
  }

  async #startDue(): Promise<void> {
    const { source, positions } = this.#options;
    if (this.#running === undefined) return;
    const shards = await source.listShards();
    if (!positions.begun) await this.#begin(shards);
    const listed = new Set(shards.map((shard) => shard.shardId));
    const unread = (shardId: string) => listed.has(shardId) && positions.get(shardId)?.at !== 'END';
    for (const { shardId, parentIds } of shards) {
      const position = positions.get(shardId) ?? { at: 'TRIM_HORIZON' };
      if (this.#pollers.has(shardId) || position.at === 'END' || parentIds.some(unread)) continue;
      this.#poll(shardId, position);
    }
  }

  /**
   * What was in the stream before a mapping at LATEST is not for it, nor what arrived before its time. Shards that open later
   * are read from their start, whatever arrival times they hold.
   */
  async #begin(shards: readonly SourceShard[]): Promise<void> {
    const { source, positions, startingPosition } = this.#options;
    if (startingPosition.at === 'LATEST') {
      for (const { shardId, closed } of shards) {
        positions.set(shardId, closed ? { at: 'END' } : await source.tip(shardId));
      }
    } else if (startingPosition.at === 'TIMESTAMP') {
      for (const { shardId } of shards) positions.set(shardId, startingPosition);
    }
    positions.begin();
  }

  #poll(shardId: string, { window: openWindow, ...position }: Exclude<ShardPosition, { at: 'END' }>): void {
    const { source, positions, poller: more, sourceFailed } = this.#options;
    if (this.#running === undefined) return;
    const reached: PollerOptions['reached'] = (place, window) =>
      positions.set(shardId, { ...place, ...(window === undefined ? {} : { window }) });
    const from = { shardId, position, openWindow, source, reached };
    const poller = new ShardPoller({ ...more(shardId), ...this.#running, ...from });
    this.#pollers.set(shardId, poller);
    void poller.finished.then(
      (how) => {
        this.#pollers.delete(shardId);
        if (how === 'stopped') return;
        positions.set(shardId, { at: 'END' });
        void this.refresh();
      },
      (error: unknown) => {
        // The next refresh reads the shard again from where it was.
        this.#pollers.delete(shardId);
        sourceFailed(error, shardId);
      },
    );
  }
}
