import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport, BenchTable, Budget } from '@tidemark/core/bench/report';
import { functionBill, readUnitsOf } from '../cost/bill.ts';
import { prices } from '../cost/prices.ts';
import { assumptions } from '../cost/scenario.ts';
import { contacts, type MeteredStorm } from './metered-storm.ts';

const hourSeconds = 3_600;
const thousand = 1_000;
/** What DynamoDB takes of writes to one partition in a second. */
const partitionUnits = 1_000;
/** StartExecution of standard workflows: in us-east-1, us-west-2 and eu-west-1, and elsewhere. */
const starts = [
  { where: 'us-east-1, us-west-2, eu-west-1', burst: 1_300, aSecond: 300 },
  { where: 'elsewhere', burst: 800, aSecond: 150 },
] as const;
/** How much dearer an incident may be among many. */
const ratioLimit = 1.5;
const messagesLimit = 4;

export function incidentsReport(machine: Machine, storms: readonly MeteredStorm[]): BenchReport {
  return {
    name: 'incidents',
    title: 'Many alarms at once, on the local engine',
    machine,
    tables: [stormTable(storms), costTable(storms), limitTable(storms)],
    budgets: budgetsOf(storms),
    remarks: remarksOf(storms),
    figures: storms.map((storm) => ({ ...storm, writeUnits: Object.fromEntries(storm.writeUnits) })),
  };
}

function stormTable(storms: readonly MeteredStorm[]): BenchTable {
  return {
    columns: ['alarms at once', ...storms.map(({ alarms }) => whole(alarms))],
    rows: [
      row('incidents and executions', storms, ({ executions }) => whole(executions)),
      row('messages to each contact, of the beginning', storms, ({ messages: [begun] }) => whole(begun)),
      row('... of the end', storms, ({ messages: [, ended] }) => whole(ended)),
      row('first message after, by design', storms, ({ firstMessageSeconds }) => `${firstMessageSeconds.toFixed(0)} s`),
      row('this machine: until all were told', storms, ({ toldWallSeconds }) => `${toldWallSeconds.toFixed(1)} s`),
      row(
        'this machine: from the end on until all was over',
        storms,
        ({ overWallSeconds }) => `${overWallSeconds.toFixed(1)} s`,
      ),
    ],
  };
}

function costTable(storms: readonly MeteredStorm[]): BenchTable {
  const each = (value: (storm: MeteredStorm) => number, digits: number) => (storm: MeteredStorm) =>
    (value(storm) / storm.alarms).toFixed(digits);
  const [first] = storms.map((storm) => dollarsOf(storm).sum);
  return {
    columns: ['of an incident', ...storms.map(({ alarms }) => `of ${whole(alarms)}`)],
    rows: [
      row(
        'write units',
        storms,
        each(({ use }) => use.writeUnits, 1),
      ),
      row(
        'read units',
        storms,
        each(({ use }) => readUnitsOf(use), 1),
      ),
      row(
        'invocations of the function',
        storms,
        each(({ use }) => use.invocations, 1),
      ),
      row('its requests to AWS', storms, each(requestsOf, 1)),
      row(
        'transitions of Step Functions',
        storms,
        each(({ transitions }) => transitions, 1),
      ),
      ...(['dynamoDb', 'lambda', 'stepFunctions', 'logs', 'sum'] as const).map((name) =>
        row(`dollars of a thousand: ${titles[name]}`, storms, (storm) => `$${dollarsOf(storm)[name].toFixed(4)}`),
      ),
      row('... beside the smallest', storms, (storm) => (dollarsOf(storm).sum / (first ?? Number.NaN)).toFixed(2)),
    ],
  };
}

const titles = {
  dynamoDb: 'DynamoDB',
  lambda: 'Lambda',
  stepFunctions: 'Step Functions',
  logs: 'logs',
  sum: 'the whole',
};

/** What AWS would make it take at least, by its limits. */
function limitTable(storms: readonly MeteredStorm[]): BenchTable {
  const units = (partition: string) => (storm: MeteredStorm) =>
    seconds((storm.writeUnits.get(partition) ?? 0) / partitionUnits);
  return {
    columns: ['AWS would take at least', ...storms.map(({ alarms }) => whole(alarms))],
    rows: [
      row('writes to the partition of the source, 1,000 units a second', storms, units('web')),
      row('writes to the partition of the stage, with the outbox', storms, units('$stage')),
      ...starts.map(({ where, burst, aSecond }) =>
        row(`StartExecution, ${whole(burst)} at once and ${aSecond} a second (${where})`, storms, ({ executions }) =>
          seconds(Math.max(0, executions - burst) / aSecond),
        ),
      ),
    ],
  };
}

function row(what: string, storms: readonly MeteredStorm[], cell: (storm: MeteredStorm) => string): string[] {
  return [what, ...storms.map(cell)];
}

/** Of a thousand incidents. */
function dollarsOf(storm: MeteredStorm) {
  const times = thousand / storm.alarms;
  const { use, transitions } = storm;
  const bill = functionBill(use, hourSeconds, requestsOf(storm) / use.invocations, times);
  const stepFunctions = (transitions * times * prices.stepFunctionsThousandTransitions) / thousand;
  const { dynamoDb, lambda, logs } = bill;
  return { dynamoDb, lambda, logs, stepFunctions, sum: dynamoDb + lambda + logs + stepFunctions };
}

function requestsOf({ use }: MeteredStorm): number {
  return Object.values(use.calls).reduce((sum, calls) => sum + calls, 0);
}

function budgetsOf(storms: readonly MeteredStorm[]): readonly Budget[] {
  const [first, last] = [storms[0], storms.at(-1)];
  if (first === undefined || last === undefined) return [];
  const ratio = dollarsOf(last).sum / dollarsOf(first).sum;
  const messages = Math.max(...last.messages);
  return [
    {
      what: `dollars of an incident, of ${whole(last.alarms)} beside of ${first.alarms}`,
      limit: `at most ${ratioLimit}`,
      found: ratio.toFixed(2),
      holds: ratio <= ratioLimit,
    },
    {
      what: `messages to one contact of ${whole(last.alarms)} beginnings, or ends`,
      limit: `at most ${messagesLimit}`,
      found: whole(messages),
      holds: messages <= messagesLimit,
    },
  ];
}

function remarksOf(storms: readonly MeteredStorm[]): readonly string[] {
  const most = whole(storms.at(-1)?.alarms ?? 0);
  return [
    `Up to ${most} alarms of one source turn on at one moment, and turn off at another when everybody was told; one tier of ${contacts.length} contacts, messages gather for 20 s. The real rule, function and state machine; alarms beside those that the stack has are put into the engine and into what the function is deployed with. In the end each alarm had one incident, each incident one execution that had succeeded, every contact stood in its timeline as told of both, and nothing was left in the outbox; otherwise the benchmark fails.`,
    'The engine’s clock stands still while anything is done: the first message is as late as it is made to be, and nobody looks again whether another has sent, but once. All executions come to send at one moment, a thousand of them at once as an account may, which is the worst case for claims in vain; those are in the write units. On AWS each incident that waits for a sender looks every 5 s, which is one invocation, one read unit and three transitions each time. The seconds of this machine are those of the engine, DynamoDB Local and 64 processes of the function on its cores, and say nothing of AWS.',
    `Dollars are for a thousand incidents, billed durations estimated as for cost, ${assumptions.roundTripMs} ms for each request. Not in them: SNS, which charges for text messages by country, the logs of the state machine, and the alarms themselves.`,
    'AWS would take at least: what was written in transactions, by the partition, of which DynamoDB takes 1,000 units a second, and executions by what StartExecution takes. What is throttled is tried again by the function, the event’s delivery, the machine and at last the sweep, and so is late and not lost.',
  ];
}

function whole(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} s`;
}
