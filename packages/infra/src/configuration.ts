import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { TidemarkInput } from '@tidemark/core/config/input';
import { ConfigurationError } from '@tidemark/core/config/resolve';

/**
 * The default export of a configuration file, TypeScript or JavaScript, not checked yet. Throws a ConfigurationError when the
 * file is not there, does not load or exports nothing.
 */
export async function loadConfiguration(path: string): Promise<TidemarkInput> {
  if (!existsSync(path)) throw new ConfigurationError([`${path}: there is no such file; expected the configuration`]);
  const loaded = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new ConfigurationError([`${path}: does not load: ${error instanceof Error ? error.message : String(error)}`]);
  });
  if (loaded.default === undefined) {
    throw new ConfigurationError([`${path}: has no default export; expected export default defineTidemark({ ... })`]);
  }
  return loaded.default;
}
