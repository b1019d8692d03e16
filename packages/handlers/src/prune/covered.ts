import { isDeepStrictEqual } from 'node:util';
import { parseExportKey, seriesPrefix } from '@tidemark/core/prune/object';
import type { Expired } from './expired.ts';
import { exportedItems } from './exported-lines.ts';
import type { Group } from './group.ts';
import type { Invocation } from './step.ts';

/** Objects of which an invocation remembers where they end, at most. */
const rememberedMax = 1000;

/** What of a group the export says already. */
export interface Covered {
  /** An object holds it as it is. */
  readonly same: ReadonlySet<Expired>;
  /** An object holds it, with other content: it came back after it was deleted. */
  readonly other: ReadonlySet<Expired>;
}

/** The exports of a source, as one invocation meets them. */
export class Exports {
  readonly #invocation: Invocation;
  /** By object, its last `Bucket`: of the many objects of a busy day each is read once, not for each group after it. */
  readonly #ends = new Map<string, string>();

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
  }

  /** Reads every object of the group's day and series that may hold one of its items. Throws `ExportDamaged` for one that cannot be read. */
  async covered({ name, size, day, generation, items }: Group): Promise<Covered> {
    const { exports, settings, signal } = this.#invocation;
    const byBucket = new Map(items.map((each) => [each.item.Bucket, each]));
    const [first = '', last = ''] = [items[0]?.item.Bucket, items.at(-1)?.item.Bucket];
    const lastMs = items.at(-1)?.startMs ?? 0;
    const same = new Set<Expired>();
    const other = new Set<Expired>();
    for (const key of await exports.keys(settings.bucket, seriesPrefix(settings.source, size, day, name), signal)) {
      const object = parseExportKey(key);
      if (object === undefined || object.generation !== generation || object.firstMs > lastMs) continue;
      if ((this.#ends.get(key) ?? last) < first) continue;
      let end = '';
      for await (const lines of exportedItems(this.#invocation, key)) {
        for (const line of lines) {
          const item = byBucket.get(line.Bucket);
          if (item !== undefined) (isDeepStrictEqual(line, item.item) ? same : other).add(item);
        }
        end = lines.at(-1)?.Bucket ?? end;
      }
      this.remember(key, end);
    }
    // An item of which two objects say otherwise is said by the one that is right.
    return { same, other: new Set([...other].filter((each) => !same.has(each))) };
  }

  /** An object that was read, or written. It never changes. */
  remember(key: string, end: string): void {
    if (this.#ends.size >= rememberedMax) this.#ends.clear();
    this.#ends.set(key, end);
  }
}
