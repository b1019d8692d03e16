/**
 * How many events a second go end to end through the local engine: produced over Kinesis's wire, counted into DynamoDB Local, published
 * to CloudWatch, all by the real handlers, and how near DynamoDB Local comes to its own limit meanwhile.
 *
 *     npx -y pnpm@12 bench throughput [--events 50000] [--quick] [--json]
 */
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { withDefaultAssembly } from './assembly.ts';
import { runThrough } from './throughput/run-through.ts';
import { throughputReport } from './throughput/throughput-report.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const machine = describeMachine();
const events = Number(values.events ?? (values.quick ? 10_000 : 50_000));
const limitUpdates = values.quick ? 500 : 1_500;
const through = await withDefaultAssembly((assembly) => runThrough({ assembly, events, limitUpdates }));
printReport(throughputReport(machine, through), values.json);
