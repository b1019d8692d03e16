import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the published design's handlers into `folder`, as `<name>/index.mjs`, in the way in which Tidemark's own are bundled. */
export async function bundlePublished(folder: string): Promise<void> {
  await build({
    entryPoints: ['count', 'publish'].map((name) => ({
      in: join(import.meta.dirname, `${name}.ts`),
      out: `${name}/index`,
    })),
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
