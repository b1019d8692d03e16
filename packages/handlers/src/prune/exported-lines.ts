import type { BadLine, StoredItem } from '@tidemark/core/prune/line';
import { decodeLine, isBadLine } from '@tidemark/core/prune/line';
import { gunzipped, gzipFault } from '../archive/gunzip.ts';
import { Lines } from '../archive/lines.ts';
import { StepFailure } from '../runs/failure.ts';
import type { Invocation } from './step.ts';

/** An item has at most 400 KB; JSON writes a control character in six. Bytes. */
const lineBytesMax = 3 * 1024 * 1024;

/**
 * The items of an exported object, in memory for a chunk of lines. Throws `ExportDamaged` where the object is missing, broken off, spoiled, or holds what no line is:
 * whatever it is said to hold must neither be deleted nor be taken for restored.
 */
export async function* exportedItems(
  { exports, settings, signal }: Pick<Invocation, 'exports' | 'settings' | 'signal'>,
  key: string,
): AsyncGenerator<readonly StoredItem[]> {
  const body = await exports.open(settings.bucket, key, signal);
  if (body === undefined) throw damaged(key, 'is not there');
  const lines = new Lines(lineBytesMax);
  let number = 0;
  const decoded = (found: readonly (string | undefined)[]): StoredItem[] =>
    found.map((text) => {
      number += 1;
      const line = text === undefined ? tooLong : decodeLine(text);
      if (isBadLine(line)) throw damaged(key, `line ${number} ${line.bad}`);
      return line;
    });
  try {
    for await (const chunk of gunzipped(body, signal)) yield decoded(lines.take(chunk));
  } catch (error) {
    const fault = gzipFault(error);
    throw fault === undefined ? error : damaged(key, fault);
  }
  yield decoded(lines.end());
  if (number === 0) throw damaged(key, 'holds nothing');
}

const tooLong: BadLine = { bad: 'is longer than any item' };

/** `detail`: what is wrong with the object. */
export function damaged(key: string, detail: string): StepFailure {
  return new StepFailure('ExportDamaged', `${key} ${detail}`);
}
