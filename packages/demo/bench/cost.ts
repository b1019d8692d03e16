/**
 * What counting costs on AWS: the engine meters real handlers, Tidemark's and the published design's, on the same events at the same
 * settings; prices and assumptions stand in `cost/prices.ts` and `cost/scenario.ts`.
 *
 *     npx -y pnpm@12 bench cost [--quick] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { withDefaultAssembly } from './assembly.ts';
import { bundleHandlers } from './bundle.ts';
import { costReport } from './cost/cost-report.ts';
import { type MeteredRun, meteredRun } from './cost/metered-run.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

/** Whole minutes, in each of which every sixth window straddles two. The default settings come last. */
const settings = values.quick
  ? [{ batchSize: 10_000, seconds: 60 }]
  : [
      { batchSize: 100, seconds: 60 },
      { batchSize: 1_000, seconds: 60 },
      { batchSize: 10_000, seconds: 240 },
    ];

const machine = describeMachine();
const published = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
try {
  await bundleHandlers(join(import.meta.dirname, 'cost/published'), ['count', 'publish'], published);
  const runs = await withDefaultAssembly(async (assembly) => {
    const made: MeteredRun[] = [];
    for (const setting of settings) {
      for (const design of ['tidemark', 'published'] as const) {
        process.stderr.write(`  ${design}, batch size ${setting.batchSize}\n`);
        made.push(await meteredRun({ ...setting, assembly, published, design }));
      }
    }
    return made;
  });
  printReport(costReport(machine, runs), values.json);
} finally {
  await rm(published, { recursive: true });
}
