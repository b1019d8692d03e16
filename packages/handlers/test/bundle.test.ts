import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleClients } from '../bench/clients/bundle.ts';
import { bundleFunctions, functions } from '../build/bundle.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-bundle-'));
let metafile: Metafile;
beforeAll(async () => {
  metafile = await bundleFunctions(directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Office hours and maintenance windows go by calendars and zones: croner is 33 KiB of `incidents`. */
const kibibytesMax = (name: (typeof functions)[number]) => (name === 'incidents' ? 136 : 100);

test.each(functions)('%s is small beyond its AWS clients: 100 KiB, with a calendar 136', async (name) => {
  const clients = join(directory, `${name}-clients.mjs`);
  await bundleClients(name, clients);
  const beyond = statSync(join(directory, name, 'index.mjs')).size - statSync(clients).size;
  expect(beyond).toBeGreaterThan(0);
  expect(beyond).toBeLessThanOrEqual(kibibytesMax(name) * 1024);
});

test.each(functions)('the map of %s holds its own sources and no others, and no text', (name) => {
  const map = JSON.parse(readFileSync(join(directory, name, 'index.mjs.map'), 'utf8'));
  const others = map.sources.filter((file: string) => !/^(?!.*node_modules).*\/src\/.*\.ts$/.test(file));
  // A JSON module can bring no map along.
  expect(others.filter((file: string) => !file.endsWith('/package.json'))).toEqual([]);
  expect(map.sources.join()).toContain(`src/${name}/handler.ts`);
  expect(map.sourcesContent).toBeUndefined();
});

test.each([
  ['S3', 'src/aws/s3.ts'],
  ['Kinesis', 'src/aws/kinesis.ts'],
])('%s is loaded only when it is needed', (_, file) => {
  // Every invocation of the archive writes an object; the steps of a replay or a prune, and looks at health, are no hot path.
  const inputs = Object.entries(metafile.inputs).filter(
    ([importer]) => importer !== 'src/archive/handler.ts' && !/^src\/(replay|prune|runs|health)\//.test(importer),
  );
  const kinds = inputs.flatMap(([, { imports }]) =>
    imports.filter(({ path }) => path === file).map(({ kind }) => kind),
  );
  expect(kinds).toEqual(['dynamic-import']);
});

test.each(functions)('%s takes its credentials from the environment alone', (name) => {
  expect(readFileSync(join(directory, name, 'index.mjs'), 'utf8')).not.toContain('fromIni');
});
