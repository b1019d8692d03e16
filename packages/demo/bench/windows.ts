/**
 * What windows cost on AWS: the engine meters real handlers on the same readings, those of windows, those of counters and the published
 * design of tumbling windows; and every row is compared with what was sent.
 *
 *     npx -y pnpm@12 bench windows [--quick] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { withAssembly } from './assembly.ts';
import { bundleHandlers } from './bundle.ts';
import { meteredWindows, type WindowsRun } from './windows/metered-windows.ts';
import { byName, configurationOf, type Design, overflow, spread, type Traffic } from './windows/scenario.ts';
import { windowsReport } from './windows/windows-report.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

const cases: readonly (readonly [Traffic, readonly Design[]])[] = [
  [byName, ['windows', 'counters', 'published']],
  [spread, ['windows', 'counters', 'published']],
  [overflow, ['windows', 'counters']],
];
/**
 * Cold starts, first reads and the admission of names happen once, and a sandbox of AWS lives for hours: what is metered comes after
 * whole windows, in which each sandbox has run so often that its code is compiled.
 */
const warmUpSeconds = values.quick ? 60 : 120;
const seconds = values.quick ? 60 : 120;

const machine = describeMachine();
const published = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
try {
  await bundleHandlers(join(import.meta.dirname, 'windows/published'), ['window'], published);
  const runs: WindowsRun[] = [];
  for (const [traffic, designs] of cases) {
    for (const design of designs) {
      process.stderr.write(`  ${traffic.title}: ${design}\n`);
      const metered = (assembly: string) =>
        meteredWindows({ assembly, published, design, traffic, warmUpSeconds, seconds });
      runs.push(await withAssembly(configurationOf(design, traffic), metered));
    }
  }
  printReport(windowsReport(machine, runs), values.json);
} finally {
  await rm(published, { recursive: true });
}
