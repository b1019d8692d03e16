import type { FunctionUse } from '../metering/function-use.ts';
import type { MeteredRun } from './metered-run.ts';
import { gigabyte, hoursAMonth, prices } from './prices.ts';
import { assumptions, roundTrips, scenario } from './scenario.ts';

/** Dollars an hour at the scenario's traffic. */
export interface Bill {
  /** The stream with one consumer: what is paid before anything is counted. */
  readonly kinesis: number;
  readonly count: FunctionBill;
  readonly publish: FunctionBill;
  /** A custom metric a series. */
  readonly metrics: number;
  /** Counting and publishing, without the stream. */
  readonly design: number;
}

export interface FunctionBill {
  readonly dynamoDb: number;
  readonly lambda: number;
  readonly putMetricData: number;
  readonly logs: number;
  readonly sum: number;
  /** Of one invocation, as estimated for AWS. */
  readonly billedMs: number;
}

const secondsAnHour = 3_600;

export function billOf(run: MeteredRun): Bill {
  const { count: countTrips, publish: publishTrips } = roundTrips[run.design];
  const count = functionBill(run.count, run.seconds, countTrips, 1);
  const publish = functionBill(run.publish, run.seconds, publishTrips, assumptions.tableStreamShards);
  const metrics = (scenario.series * prices.cloudWatchMetricMonth) / hoursAMonth;
  return { kinesis: kinesisBill(), count, publish, metrics, design: count.sum + publish.sum + metrics };
}

function kinesisBill(): number {
  const gigabytes = (scenario.eventsPerSecond * scenario.billedEventBytes * secondsAnHour) / gigabyte;
  return prices.kinesisStreamHour + gigabytes * (prices.kinesisGbIn + prices.kinesisGbOut);
}

/**
 * Dollars an hour. `trips`: steps of an invocation that wait for AWS one after the other, on the average; `times`: as many of the function run
 * on AWS, each as often.
 */
export function functionBill(use: FunctionUse, seconds: number, trips: number, times: number): FunctionBill {
  const anHour = (secondsAnHour / seconds) * times;
  const billedMs = billedMsOnAws(use, trips);
  const gbSeconds = use.invocations * (use.memoryMb / 1_024) * (billedMs / 1_000);
  const million = 1e6;
  const dynamoDb =
    (use.writeUnits * prices.dynamoDbMillionWriteUnits + readUnitsOf(use) * prices.dynamoDbMillionReadUnits) / million;
  const lambda = (use.invocations * prices.lambdaMillionRequests) / million + gbSeconds * prices.lambdaGbSecond;
  const putMetricData = ((use.calls.PutMetricData ?? 0) * prices.cloudWatchThousandPutMetricData) / 1_000;
  const logs = (use.logBytes * prices.cloudWatchLogsGbIn) / gigabyte;
  return {
    dynamoDb: dynamoDb * anHour,
    lambda: lambda * anHour,
    putMetricData: putMetricData * anHour,
    logs: logs * anHour,
    sum: (dynamoDb + lambda + putMetricData + logs) * anHour,
    billedMs,
  };
}

/** A read that finds nothing costs a unit too, which DynamoDB Local does not say. */
export function readUnitsOf({ readUnits, calls }: FunctionUse): number {
  return Math.max(readUnits, (calls.GetItem ?? 0) + (calls.Query ?? 0));
}

/** The processor time measured here, on the part of a core that the function has on AWS, and then the waiting. */
function billedMsOnAws({ processorMs, wallMs, invocations, memoryMb }: FunctionUse, trips: number): number {
  const working = (processorMs ?? wallMs) / invocations;
  return working * Math.max(1, assumptions.coreMemoryMb / memoryMb) + trips * assumptions.roundTripMs;
}
