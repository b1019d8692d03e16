import { build } from 'esbuild';
import type { functions } from '../../build/bundle.ts';
import { bundleOptions } from '../../build/bundle.ts';

/** Bundles the AWS clients of a function alone, as its own bundle is made: what that weighs beyond them is Tidemark's doing. */
export async function bundleClients(name: (typeof functions)[number], file: string): Promise<void> {
  await build({ ...bundleOptions, entryPoints: [`bench/clients/${name}.ts`], outfile: file });
}
