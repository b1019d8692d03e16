import { build } from 'esbuild';
import { bundleOptions } from '../../build/bundle.ts';

/** Bundles the AWS clients of a function alone, as its own bundle is made: what that weighs beyond them is Tidemark's doing. */
export async function bundleClients(name: 'count' | 'publish', file: string): Promise<void> {
  await build({ ...bundleOptions, entryPoints: [`bench/clients/${name}.ts`], outfile: file });
}
