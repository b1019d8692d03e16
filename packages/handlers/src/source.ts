import { readFileSync } from 'node:fs';
import type { Source } from '@tidemark/core/config';

/**
 * The source that this function serves: `source.json` beside the bundle, put there when the stack was synthesized from
 * a configuration that was checked then.
 */
export function readSource(directory: string = import.meta.dirname): Source {
  return JSON.parse(readFileSync(`${directory}/source.json`, 'utf8'));
}
