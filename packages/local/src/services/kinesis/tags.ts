import { KinesisFault } from './fault.ts';

const tagsMax = 50;
const keyLengthMax = 128;
const valueLengthMax = 256;
const allowed = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** Throws `InvalidArgumentException` when a stream with `present` tags cannot take `added` ones. */
export function admitTags(present: ReadonlyMap<string, string>, added: ReadonlyMap<string, string>): void {
  for (const [key, value] of added) {
    if (key.length === 0 || key.length > keyLengthMax || value.length > valueLengthMax) {
      throw new KinesisFault(
        'InvalidArgumentException',
        `Tag keys have 1 to ${keyLengthMax} characters and values at most ${valueLengthMax}: ${key}`,
      );
    }
    if (!allowed.test(key) || !allowed.test(value)) {
      throw new KinesisFault(
        'InvalidArgumentException',
        'Some tags contain invalid characters. Valid characters: ' +
          `Unicode letters, digits, white space, _ . : / = + - @. First such key: ${key}`,
      );
    }
    if (key.startsWith('aws:')) {
      throw new KinesisFault('InvalidArgumentException', `Tag keys cannot begin with aws: (${key})`);
    }
  }
  const count = new Set([...present.keys(), ...added.keys()]).size;
  if (count > tagsMax) {
    throw new KinesisFault('InvalidArgumentException', `A stream cannot have more than ${tagsMax} tags, not ${count}.`);
  }
}

/** By key. */
export function showTags(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
