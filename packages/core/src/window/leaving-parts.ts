import type { PartialIdentity } from '../count/partials.ts';
import { encodeBucket, sliceOfShard } from '../series/key.ts';
import { windowSize } from '../series/window.ts';
import type { GrowingPart } from './growing-part.ts';
import type { WindowPartial } from './merge.ts';
import type { WindowPart } from './part.ts';

/** Parts that leave the state of a shard for their rows. Those of one row are written by one update, however often it left. */
export class LeavingParts {
  readonly #identity: PartialIdentity;
  readonly #slice: string;
  readonly #byKey = new Map<string, { readonly partial: WindowPartial; readonly parts: WindowPart[] }>();

  constructor(shardId: string, identity: PartialIdentity) {
    this.#identity = identity;
    this.#slice = sliceOfShard(shardId);
  }

  /** Parts of one row come in the order of their records. */
  add(part: GrowingPart): void {
    const { seconds, startMs, name } = part;
    const { generationOf, writer } = this.#identity;
    const size = windowSize(seconds);
    const bucket = encodeBucket({ size, generation: generationOf(size, startMs), startMs, slice: this.#slice });
    const key = { EventName: name, Bucket: bucket };
    const id = `${bucket} ${name}`;
    let leaving = this.#byKey.get(id);
    if (leaving === undefined) {
      const parts: WindowPart[] = [];
      leaving = { partial: { key, writer, parts }, parts };
      this.#byKey.set(id, leaving);
    }
    leaving.parts.push({ key, ...part.content() });
  }

  partials(): WindowPartial[] {
    return [...this.#byKey.values()].map(({ partial }) => partial);
  }
}
