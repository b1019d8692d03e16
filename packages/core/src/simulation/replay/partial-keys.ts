import { formatInstant } from '../../series/bucket.ts';
import type { PartialKey } from '../../series/key.ts';
import { decodeBucket } from '../../series/key.ts';

const keys = new Map<string, PartialKey>();
/** Scenarios lie within a few days, and have few names: what is kept stays small, and is thrown away before it does not. */
const keysMax = 200_000;

/** What `<series>|<size>#<generation>#<start>#<slice>` names. */
export function partialKeyOf(text: string): PartialKey {
  let key = keys.get(text);
  if (key === undefined) {
    const bar = text.lastIndexOf('|');
    key = { name: text.slice(0, bar), ...decodeBucket(text.slice(bar + 1)) };
    if (keys.size >= keysMax) {
      keys.clear();
    }
    keys.set(text, key);
  }
  return key;
}

/** `<series>|<size>#<start>`: the bucket that a partial is of, whatever its generation and slice. */
export function bucketOf({ name, size, startMs }: Pick<PartialKey, 'name' | 'size' | 'startMs'>): string {
  return `${name}|${size}#${formatInstant(startMs)}`;
}
