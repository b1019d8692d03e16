import type { BenchTable } from '@tidemark/core/bench/report';
import type { CostFound } from './cost.ts';
import { type Dollars, dollarsOf, liveBill, type ReplayBill, runBill } from './replay-bill.ts';

/** What a million records come to, counted as they come and in each kind of run. */
export function costTable({ live, verify, replay, backfill }: CostFound): BenchTable {
  const bills = [liveBill(live), ...[verify, replay, backfill].map(runBill)];
  const line = (what: string, of: (bill: ReplayBill) => string): string[] => [what, ...bills.map(of)];
  const dollars = (what: string, of: keyof Dollars): string[] => line(what, (bill) => inDollars(bill.dollars[of]));
  const [counting] = bills;
  const liveDollars = counting === undefined ? Number.NaN : dollarsOf(counting);
  return {
    columns: ['a million records', 'live counting', 'verify', 'replay', 'backfill'],
    rows: [
      line('write units', (bill) => whole(bill.writeUnits)),
      line('read units', (bill) => whole(bill.readUnits)),
      line('Lambda, GB-seconds', (bill) => whole(bill.gbSeconds)),
      line('Pipes, requests of 64 KB', (bill) => whole(bill.pipeRequests)),
      line('Step Functions, transitions of the run', (bill) => whole(bill.transitions)),
      line('S3, GETs', (bill) => whole(bill.s3Gets)),
      line('Kinesis, GB read', (bill) => bill.kinesisGb.toFixed(3)),
      dollars('dollars: DynamoDB', 'dynamoDb'),
      dollars('dollars: Lambda', 'lambda'),
      dollars('dollars: Pipes', 'pipes'),
      dollars('dollars: Step Functions', 'stepFunctions'),
      dollars('dollars: S3', 's3'),
      dollars('dollars: PutMetricData, logs', 'cloudWatch'),
      dollars('dollars: Kinesis, read by one more', 'kinesis'),
      line('dollars, the whole', (bill) => inDollars(dollarsOf(bill))),
      line('x live counting', (bill) => (dollarsOf(bill) / liveDollars).toFixed(2)),
    ],
  };
}

function inDollars(amount: number): string {
  return `$${amount.toFixed(4)}`;
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
