/**
 * What prunes and restores take: how fast a table of a million items is pruned beside what DynamoDB Local can delete at best, what live counting has
 * of it meanwhile, units, calls and dollars, memory by the size of a series, and whether the write budget is kept.
 *
 *     npx -y pnpm@12 bench prune [--quick] [--json]
 */
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { budgetOf } from './prune/budget.ts';
import { type MemoryFound, memoryOf } from './prune/memory.ts';
import { pruneReport } from './prune/prune-report.ts';
import { speedOf } from './prune/speed.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const { quick } = values;

const live = { liveRecordsASecond: 100, aloneSeconds: quick ? 5 : 20 };
/** The first four series have the least: each is a child's, so that all four share the budget to the end. */
const budgeted = { ...live, series: 4, writeUnitsPerSecond: quick ? 1_000 : 200 };
/** Of 82 series a million items. */
const speed = { ...live, series: quick ? 5 : 82, limitItems: quick ? 2_500 : 25_000 };
const sizes = quick ? [2_000, 20_000] : [10_000, 500_000];

const machine = describeMachine();
process.stderr.write('  budget\n');
const budget = await budgetOf(budgeted);
const memories: MemoryFound[] = [];
for (const items of sizes) {
  process.stderr.write(`  memory: a series of ${items} items\n`);
  memories.push(await memoryOf(items));
}
process.stderr.write(`  speed: ${speed.series} series\n`);
printReport(pruneReport(machine, { speed: await speedOf(speed), budget, memories }), values.json);
