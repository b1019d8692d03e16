import { recountBytesPerSecondMax } from '@tidemark/core/limits';
import { functionBill, readUnitsOf } from '../cost/bill.ts';
import { gigabyte, prices } from '../cost/prices.ts';
import { assumptions, roundTrips, scenario } from '../cost/scenario.ts';
import type { FunctionUse } from '../metering/function-use.ts';
import type { CostFound, RunUse } from './cost.ts';

/** What a million records come to. */
export interface ReplayBill {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly gbSeconds: number;
  readonly pipeRequests: number;
  readonly transitions: number;
  readonly s3Gets: number;
  /** Read of the stream, gigabytes. */
  readonly kinesisGb: number;
  readonly dollars: Dollars;
}

export interface Dollars {
  readonly dynamoDb: number;
  readonly lambda: number;
  readonly pipes: number;
  readonly stepFunctions: number;
  readonly s3: number;
  /** PutMetricData, and logs of functions. */
  readonly cloudWatch: number;
  readonly kinesis: number;
}

const million = 1e6;
const hourSeconds = 3_600;
/** Steps of a batch of a recount that wait for AWS one after the other: lock, decisions, partials, ledger, checkpoint. */
export const batchTrips = 5;
/** Data and partition key of a record, by which a recount paces itself. */
const pacedBytes = scenario.eventBytes + 12;

export function dollarsOf({ dollars }: ReplayBill): number {
  return Object.values(dollars).reduce((sum, each) => sum + each, 0);
}

/** Counting and publishing as records come; the stream is read once for it. */
export function liveBill({ records, count, publish }: CostFound['live']): ReplayBill {
  const times = million / records;
  const parts = [
    billOf(count, roundTrips.tidemark.count, times),
    billOf(publish, roundTrips.tidemark.publish, times * assumptions.tableStreamShards),
  ];
  return wholeOf(parts, { piped: million, pipeRequests: 0, transitions: 0 });
}

/**
 * A run of a million records. What counting them again takes grows with them, and so do the reads of the comparison; what the steps take
 * besides is the same for any number.
 */
export function runBill(run: RunUse): ReplayBill {
  const times = million / run.records;
  const parts = [
    recountBill(run, times),
    billOf({ ...run.steps, readUnits: readUnitsOf(run.steps) * times }, tripsOf(run.steps), 1),
    billOf(run.publish, tripsOf(run.publish), times * assumptions.tableStreamShards),
  ];
  const { piped, pipeRequests, transitions } = run;
  return wholeOf(parts, { piped: piped * times, pipeRequests: pipeRequests * times, transitions });
}

type Part = Omit<ReplayBill, 'pipeRequests' | 'transitions' | 'kinesisGb' | 'dollars'> & {
  readonly dollars: Omit<Dollars, 'pipes' | 'stepFunctions' | 'kinesis'>;
};

/** `trips`: steps of an invocation that wait for AWS one after the other; `times`: as often as it was metered. */
function billOf(use: FunctionUse, trips: number, times: number): Part {
  // Of an hour in which all of it happens.
  const bill = functionBill(use, hourSeconds, trips, times);
  const [gets, puts] = [use.calls.GetObject ?? 0, (use.calls.PutObject ?? 0) + (use.calls.ListObjectsV2 ?? 0)];
  return {
    writeUnits: use.writeUnits * times,
    readUnits: readUnitsOf(use) * times,
    gbSeconds: (use.invocations * bill.billedMs * use.memoryMb * times) / 1000 / 1024,
    s3Gets: gets * times,
    dollars: {
      dynamoDb: bill.dynamoDb,
      lambda: bill.lambda,
      cloudWatch: bill.putMetricData + bill.logs,
      s3: ((gets * prices.s3MillionGets) / million + (puts * prices.s3ThousandPuts) / 1000) * times,
    },
  };
}

/** A batch of a pipe is billed for as long as its pace takes, where that is longer than its work. */
function recountBill({ recount, piped, batches }: RunUse, times: number): Part {
  const s3Calls = (recount.calls.GetObject ?? 0) + (recount.calls.ListObjectsV2 ?? 0);
  const worked = billOf(recount, (batches * batchTrips + s3Calls) / recount.invocations, times);
  const pacedSeconds = ((piped * pacedBytes) / recountBytesPerSecondMax) * times;
  const gbSeconds = Math.max(worked.gbSeconds, (pacedSeconds * recount.memoryMb) / 1024);
  const lambda = worked.dollars.lambda + (gbSeconds - worked.gbSeconds) * prices.lambdaGbSecond;
  return { ...worked, gbSeconds, dollars: { ...worked.dollars, lambda } };
}

/** As if every call waited for the one before it. */
function tripsOf({ calls, invocations }: FunctionUse): number {
  return Object.values(calls).reduce((sum, each) => sum + each, 0) / Math.max(1, invocations);
}

function wholeOf(
  parts: readonly Part[],
  { piped, pipeRequests, transitions }: Pick<RunUse, 'piped' | 'pipeRequests' | 'transitions'>,
): ReplayBill {
  const sum = (of: (part: Part) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const kinesisGb = (piped * scenario.billedEventBytes) / gigabyte;
  return {
    writeUnits: sum((part) => part.writeUnits),
    readUnits: sum((part) => part.readUnits),
    gbSeconds: sum((part) => part.gbSeconds),
    s3Gets: sum((part) => part.s3Gets),
    ...{ pipeRequests, transitions, kinesisGb },
    dollars: {
      dynamoDb: sum(({ dollars }) => dollars.dynamoDb),
      lambda: sum(({ dollars }) => dollars.lambda),
      pipes: (pipeRequests * prices.pipesMillionRequests) / million,
      stepFunctions: (transitions * prices.stepFunctionsThousandTransitions) / 1000,
      s3: sum(({ dollars }) => dollars.s3),
      cloudWatch: sum(({ dollars }) => dollars.cloudWatch),
      kinesis: kinesisGb * prices.kinesisGbOut,
    },
  };
}
