import { mkdirSync, writeFileSync } from 'node:fs';
import type { BuildOptions, Metafile } from 'esbuild';
import { build } from 'esbuild';
import { readRunbook } from './runbook.ts';
import { mapOwnSourcesOnly } from './source-map.ts';

const root = new URL('..', import.meta.url).pathname;

/** The functions that are bundled: `src/<name>/handler.ts` becomes `<out>/<name>/index.mjs` with its map beside it. */
export const functions = [
  'count',
  'window',
  'archive',
  'publish',
  'recount',
  'replay',
  'prune',
  'watchdog',
  'health',
  'incidents',
  'acknowledge',
  'distress',
] as const;

/**
 * How every bundle is made: for Lambda's `nodejs24.x`, minified, with everything inside, the SDK included, so that what
 * was tested is what runs. Maps carry no sources: file and line are what a stack trace needs.
 */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  conditions: ['@tidemark/source', 'module'],
  // The SDK's ES modules lose what is not used; its CommonJS builds, which come first by default, keep everything.
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': './src/aws/credentials.ts' },
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  outExtension: { '.js': '.mjs' },
  plugins: [mapOwnSourcesOnly],
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Bundles all functions into `directory`, and puts beside them what they read. */
export async function bundleFunctions(directory: string): Promise<Metafile> {
  mkdirSync(directory, { recursive: true });
  const { metafile } = await build({
    ...bundleOptions,
    entryPoints: functions.map((name) => ({ in: `src/${name}/handler.ts`, out: `${name}/index` })),
    outdir: directory,
  });
  writeFileSync(`${directory}/acknowledge/runbook.html`, readRunbook());
  return metafile;
}

if (import.meta.main) {
  await bundleFunctions(`${root}dist/lambda`);
}
