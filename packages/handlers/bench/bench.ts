import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { bundleFunctions, functions } from '../build/bundle.ts';
import { type BundleResult, bundleReport } from './bundle-report.ts';
import { bundleClients } from './clients/bundle.ts';
import { coldImports } from './cold-import.ts';

/**
 * Sizes and cold imports of the bundles, beside bundles of the AWS clients alone.
 *
 *     npx -y pnpm@12 bench bundles [--quick] [--json]
 *     node --conditions=@tidemark/source bench/bench.ts [--rounds 21] [--quick] [--json]
 */
const environment = {
  SERIES_TABLE: 'series',
  CONTROL_TABLE: 'control',
  DATA_BUCKET: 'bucket',
  STREAM_ARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};
const source = { name: 'web', revisions: [], buckets: ['1m', '1h'], window: { seconds: 60 }, maxSeries: 100 };

async function measure(directory: string, rounds: number): Promise<BundleResult[]> {
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

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const machine = describeMachine();
const directory = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
try {
  const rounds = Number(values.rounds ?? (values.quick ? 5 : 21));
  printReport(bundleReport(machine, rounds, await measure(directory, rounds)), values.json);
} finally {
  rmSync(directory, { recursive: true });
}
