import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFunctions, functions } from '../build/bundle.ts';
import { bundleClients } from './clients/bundle.ts';
import { coldImports } from './cold-import.ts';

/** Sizes and cold imports of the bundles, beside bundles of the AWS clients alone. `--json` for machines, `--rounds N`. */
interface Row {
  readonly function: string;
  /** Bytes, minified. */
  readonly bundle: number;
  readonly clients: number;
  readonly beyond: number;
  /** Milliseconds, medians of fresh processes, with source maps on as in Lambda. */
  readonly importMs: number;
  readonly clientsImportMs: number;
  readonly ratio: number;
  /** Without source maps. */
  readonly plainImportMs: number;
}

const environment = {
  SERIES_TABLE: 'series',
  CONTROL_TABLE: 'control',
  DATA_BUCKET: 'bucket',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};
const source = { name: 'web', revisions: [], buckets: ['1m', '1h'], maxSeries: 100 };

async function measure(directory: string, rounds: number): Promise<Row[]> {
  await bundleFunctions(directory);
  for (const name of functions) {
    writeFileSync(join(directory, name, 'source.json'), JSON.stringify(source));
    await bundleClients(name, join(directory, `${name}-clients.mjs`));
  }
  const bundles = functions.map((name) => join(directory, name, 'index.mjs'));
  const clients = functions.map((name) => join(directory, `${name}-clients.mjs`));
  const withMaps = coldImports([...bundles, ...clients], rounds, environment, ['--enable-source-maps']);
  const plain = coldImports(bundles, rounds, environment, []);
  return functions.map((name, index) => {
    const bundle = statSync(bundles[index] ?? '').size;
    const clientsSize = statSync(clients[index] ?? '').size;
    const importMs = withMaps[index] ?? Number.NaN;
    const clientsImportMs = withMaps[functions.length + index] ?? Number.NaN;
    return {
      function: name,
      bundle,
      clients: clientsSize,
      beyond: bundle - clientsSize,
      importMs,
      clientsImportMs,
      ratio: importMs / clientsImportMs,
      plainImportMs: plain[index] ?? Number.NaN,
    };
  });
}

function print(rows: readonly Row[]): void {
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  const ms = (milliseconds: number) => `${milliseconds.toFixed(1)} ms`;
  console.table(
    rows.map((row) => ({
      function: row.function,
      bundle: kib(row.bundle),
      'clients alone': kib(row.clients),
      beyond: kib(row.beyond),
      'cold import': ms(row.importMs),
      'of the clients': ms(row.clientsImportMs),
      ratio: row.ratio.toFixed(2),
      'without maps': ms(row.plainImportMs),
    })),
  );
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '21' } } });
const directory = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
try {
  const rows = await measure(directory, Number(values.rounds));
  if (values.json) console.log(JSON.stringify(rows));
  else print(rows);
} finally {
  rmSync(directory, { recursive: true });
}
