import { exportDay, exportKey } from '../../../prune/object.ts';
import type { PartialKey } from '../../../series/key.ts';
import { partialKeyOf } from '../partial-keys.ts';
import type { StoredPartial } from '../store.ts';

/** A partial as an object of the export has it. */
export interface ExportLine {
  /** `<series>|<Bucket>` */
  readonly key: string;
  readonly partial: StoredPartial;
}

/** The objects of a bucket: what was exported, and what came back after its deletion. */
export class Exports {
  /** Those under `counts/`, by their keys. */
  readonly counts = new Map<string, readonly ExportLine[]>();
  readonly #damaged = new Set<string>();
  /** Those under `again/`. */
  readonly again = new Map<string, readonly ExportLine[]>();

  /** The objects of one series and size, or of one day of it: their keys. */
  list({ name, size }: Pick<PartialKey, 'name' | 'size'>, day?: string): string[] {
    return [...this.counts]
      .filter(([, lines]) => {
        const first = lines[0] && partialKeyOf(lines[0].key);
        return first?.name === name && first.size === size && (day === undefined || exportDay(first.startMs) === day);
      })
      .map(([object]) => object);
  }

  /** False: there is one of this key. `isNew`: whether that matters. */
  put(object: string, lines: readonly ExportLine[], isNew: boolean, isDamaged: boolean): boolean {
    if (isNew && this.counts.has(object)) {
      return false;
    }
    this.counts.set(object, isDamaged ? lines.slice(1) : lines);
    if (isDamaged) {
      this.#damaged.add(object);
    }
    return true;
  }

  removeDamaged(): void {
    for (const object of this.#damaged) {
      this.counts.delete(object);
    }
    this.#damaged.clear();
  }
}

/** The key of an object whose first line is of this partial. */
export function objectOf(key: string): string {
  const { name, size, generation, startMs, slice } = partialKeyOf(key);
  const day = exportDay(startMs);
  return exportKey({ source: 'simulated', series: name, size, day, generation, firstMs: startMs, slice });
}
