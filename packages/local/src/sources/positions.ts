import type { Position } from './source.ts';
import type { OpenWindow } from './tumbling-window.ts';

/**
 * How far a mapping has come in one shard, and the tumbling window that is open there: one value, so that neither can be kept
 * without the other.
 */
export type ShardPosition = (Position & { readonly window?: OpenWindow }) | { readonly at: 'END' };

/** Keeps positions, so that a mapping goes on where it was after a restart. Values are JSON. */
export interface PositionStore {
  read(key: string): string | undefined;
  write(key: string, value: string): void;
  /** Of all keys that begin so. */
  remove(prefix: string): void;
}

/** Positions of one mapping in a store. */
export class Positions {
  readonly #store: PositionStore;
  readonly #mappingId: string;

  constructor(store: PositionStore, mappingId: string) {
    this.#store = store;
    this.#mappingId = mappingId;
  }

  /** Whether the mapping has been started before. */
  get begun(): boolean {
    return this.#store.read(this.#key('begun')) !== undefined;
  }

  begin(): void {
    this.#store.write(this.#key('begun'), 'true');
  }

  get(shardId: string): ShardPosition | undefined {
    const text = this.#store.read(this.#key(shardId));
    return text === undefined ? undefined : (JSON.parse(text) as ShardPosition);
  }

  set(shardId: string, position: ShardPosition): void {
    this.#store.write(this.#key(shardId), JSON.stringify(position));
  }

  #key(name: string): string {
    return `${this.#mappingId}/${name}`;
  }
}

/** Positions for the life of the process. */
export function memoryPositions(): PositionStore {
  const entries = new Map<string, string>();
  return {
    read: (key) => entries.get(key),
    write: (key, value) => void entries.set(key, value),
    remove: (prefix) => {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
  };
}
