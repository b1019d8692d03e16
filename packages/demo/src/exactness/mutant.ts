import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** A function of one source whose handler lacks something: its source text is changed, and it is bundled anew. */
export interface Mutant {
  readonly source: string;
  readonly handler: 'window' | 'publish';
  /** Below `packages`. */
  readonly file: string;
  /** Must stand there. */
  readonly text: string;
  readonly instead: string;
}

/** A text that each of the bundles holds and no other. */
const marks = { window: 'TumblingWindowInSeconds', publish: 'StatisticValues' } as const;
const packages = fileURLToPath(new URL('../../../', import.meta.url));

/** Puts the mutants in the place of their functions in a cloud assembly. */
export async function placeMutants(assembly: string, mutants: readonly Mutant[]): Promise<void> {
  const folders = (await readdir(assembly)).filter((name) => name.startsWith('asset.') && !name.includes('.', 6));
  const found = await Promise.all(folders.map((folder) => functionIn(join(assembly, folder))));
  for (const mutant of mutants) {
    const isIt = (each: (typeof found)[number]) =>
      each?.source === mutant.source && each.code.includes(marks[mutant.handler]);
    const [place, ...others] = found.filter(isIt);
    if (place === undefined || others.length > 0) throw new Error(`no function ${mutant.handler} of ${mutant.source}`);
    await bundle(mutant, join(place.folder, 'index.mjs'));
  }
}

/** Undefined for an asset that is no function's. */
async function functionIn(folder: string) {
  try {
    const { name }: { name: string } = JSON.parse(await readFile(join(folder, 'source.json'), 'utf8'));
    return { folder, source: name, code: await readFile(join(folder, 'index.mjs'), 'utf8') };
  } catch {
    return undefined;
  }
}

/** As handlers are bundled, but for what makes bundles small. */
async function bundle({ handler, file, text, instead }: Mutant, outfile: string): Promise<void> {
  const path = join(packages, file);
  const original = await readFile(path, 'utf8');
  if (original.split(text).length !== 2) throw new Error(`${file} does not hold this once: ${text}`);
  const contents = original.replace(text, instead);
  const mutation: Plugin = {
    name: 'mutation',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, (args) => (args.path === path ? { contents, loader: 'ts' } : null)),
  };
  await build({
    absWorkingDir: join(packages, 'handlers'),
    entryPoints: [`src/${handler}/handler.ts`],
    outfile,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['@tidemark/source', 'module'],
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': './src/aws/credentials.ts' },
    plugins: [mutation],
    logLevel: 'warning',
  });
}
