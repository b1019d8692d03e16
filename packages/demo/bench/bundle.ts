import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles `<from>/<name>.ts` into `folder`, as `<name>/index.mjs`, in the way in which Tidemark's own handlers are bundled. */
export async function bundleHandlers(from: string, names: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: names.map((name) => ({ in: join(from, `${name}.ts`), out: `${name}/index` })),
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    outExtension: { '.js': '.mjs' },
    // The SDK's CommonJS parts ask for Node's modules by `require`, which an ES module lacks.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
}
