import { type FunctionBill, functionBill } from '../cost/bill.ts';
import { hoursAMonth, prices } from '../cost/prices.ts';
import { assumptions, roundTrips } from '../cost/scenario.ts';
import type { WindowsRun } from './metered-windows.ts';
import type { Design } from './scenario.ts';

/** Dollars a million readings, the stream aside. */
export interface WindowsBill {
  /** The function that adds up, and its writes. */
  readonly adding: number;
  /** The same with publishing and the metrics themselves; undefined for who publishes nothing. */
  readonly published: number | undefined;
  /** Of the function that adds up, for a million readings. */
  readonly gbSeconds: number;
}

/** Steps that wait for AWS: those of every invocation, and those of a window that is closed. */
const waits: Readonly<Record<Design, { readonly invocation: number; readonly closing: number }>> = {
  /** At the window's beginning checkpoint, iterator and records; at its end partials, ledger and checkpoint. */
  windows: { invocation: 0, closing: 6 },
  counters: { invocation: roundTrips.tidemark.count, closing: 0 },
  published: { invocation: 0, closing: 1 },
};

export function windowsBill(run: WindowsRun): WindowsBill {
  const { design, adding, publish, seconds, closings } = run;
  const { invocation, closing } = waits[design];
  const trips = invocation + (closing * closings) / adding.invocations;
  const anHour = functionBill(adding, seconds, trips, 1);
  return {
    adding: aMillion(anHour.sum, run),
    published: publish && aMillion(anHour.sum + publishing(run, publish) + metrics(run), run),
    gbSeconds: gbSecondsOf(run, anHour),
  };
}

function publishing({ seconds }: WindowsRun, publish: NonNullable<WindowsRun['publish']>): number {
  return functionBill(publish, seconds, roundTrips.tidemark.publish, assumptions.tableStreamShards).sum;
}

/** A custom metric for each name and measure, or for each name where only readings are counted. Dollars an hour. */
function metrics({ design, traffic }: WindowsRun): number {
  const aName = design === 'windows' ? Object.keys(traffic.measures).length : 1;
  return (traffic.unicorns * aName * prices.cloudWatchMetricMonth) / hoursAMonth;
}

function gbSecondsOf({ adding, readings }: WindowsRun, { billedMs }: FunctionBill): number {
  return ((adding.invocations * (adding.memoryMb / 1_024) * billedMs) / 1_000 / readings) * 1e6;
}

function aMillion(dollarsAnHour: number, { traffic }: WindowsRun): number {
  return (dollarsAnHour / (traffic.readingsPerSecond * 3_600)) * 1e6;
}
