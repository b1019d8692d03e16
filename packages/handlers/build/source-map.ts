import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * Keeps other people's modules out of the source map. Node parses the map at every cold start, and nine tenths of it
 * would be the SDK's. esbuild follows the map that a module brings along: one whose only mapping lies past the module's
 * last line maps nothing of it.
 */
export const mapOwnSourcesOnly: Plugin = {
  name: 'map-own-sources-only',
  setup(build) {
    build.onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      const mappings = `${';'.repeat(contents.split('\n').length + 1)}AAAA`;
      const map = JSON.stringify({ version: 3, sources: ['beyond'], names: [], mappings });
      const base64 = Buffer.from(map).toString('base64');
      return { contents: `${contents}\n//# sourceMappingURL=data:application/json;base64,${base64}`, loader: 'js' };
    });
  },
};
