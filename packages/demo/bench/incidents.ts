/**
 * What ten thousand alarms come to that turn on at once, beside ten: messages, executions, units and dollars of an incident, and how long the limits of AWS make
 * it take at least.
 *
 *     npx -y pnpm@12 bench incidents [--quick] [--json]
 */
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { incidentsReport } from './incidents/incidents-report.ts';
import { type MeteredStorm, meteredStorm } from './incidents/metered-storm.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

const machine = describeMachine();
const storms: MeteredStorm[] = [];
for (const alarms of values.quick ? [10, 300] : [10, 1_000, 10_000]) {
  process.stderr.write(`  ${alarms} alarms\n`);
  storms.push(await meteredStorm(alarms, (text) => process.stderr.write(`    ${text}\n`)));
}
printReport(incidentsReport(machine, storms), values.json);
