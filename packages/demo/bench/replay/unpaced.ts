import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '@tidemark/local/engine';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../../handlers/build/bundle.ts';
import { recountFunction } from './run-functions.ts';

const limits = fileURLToPath(new URL('../../../core/src/limits.ts', import.meta.url));
const pace = 'recountBytesPerSecondMax = 1_000_000';

/** Puts the recount function without its pace in the place of the real one; nothing else of it differs. `folder`: for its code, empty. */
export async function hostUnpaced(engine: Engine, folder: string): Promise<void> {
  const definition = engine.host.definition(recountFunction(engine));
  await cp(definition.codeFolder, folder, { recursive: true });
  await build({
    ...bundleOptions,
    plugins: [...bundleOptions.plugins, await withoutPace()],
    entryPoints: ['src/recount/handler.ts'],
    outfile: join(folder, 'index.mjs'),
    allowOverwrite: true,
  });
  engine.host.deploy({ ...definition, codeFolder: folder });
}

async function withoutPace(): Promise<Plugin> {
  const original = await readFile(limits, 'utf8');
  if (original.split(pace).length !== 2) throw new Error(`${limits} does not hold this once: ${pace}`);
  const contents = original.replace(pace, 'recountBytesPerSecondMax = Number.POSITIVE_INFINITY');
  return {
    name: 'without-pace',
    setup: ({ onLoad }) =>
      onLoad({ filter: /limits\.ts$/ }, ({ path }) => (path === limits ? { contents, loader: 'ts' } : null)),
  };
}
