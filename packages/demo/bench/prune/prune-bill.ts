import { childrenAtOnce } from '@tidemark/core/prune/slots';
import { functionBill, readUnitsOf } from '../cost/bill.ts';
import { prices } from '../cost/prices.ts';
import type { FunctionUse } from '../metering/function-use.ts';
import type { MeteredPrune } from './metered-prune.ts';

/** What a million items come to. */
export interface PruneBill {
  readonly writeUnits: number;
  readonly readUnits: number;
  /** PUTs and LISTs, which cost the same. */
  readonly s3Puts: number;
  readonly s3Gets: number;
  readonly gbSeconds: number;
  readonly transitions: number;
  readonly dollars: Readonly<Record<'dynamoDb' | 'lambda' | 'stepFunctions' | 's3' | 'logs', number>>;
}

const million = 1e6;
const hourSeconds = 3_600;
/** `prune.writeUnitsPerSecond` where the configuration says nothing. */
export const writeUnitsPerSecondDefault = 500;
/** A child answers after so long at the latest, and is called again. */
const callSeconds = 60;

export function dollarsOf({ dollars }: PruneBill): number {
  return Object.values(dollars).reduce((sum, each) => sum + each, 0);
}

/** As if a million items had been in the run, at the budget of the default settings: its functions are billed for what the pace takes where that is longer than their work. */
export function pruneBill({ use, transitions }: MeteredPrune, items: number): PruneBill {
  const times = million / items;
  // Of an hour in which all of it happens.
  const bill = functionBill(use, hourSeconds, tripsOf(use), times);
  const writeUnits = use.writeUnits * times;
  const pacedSeconds = (writeUnits / writeUnitsPerSecondDefault) * childrenAtOnce;
  const workedSeconds = (use.invocations * times * bill.billedMs) / 1000;
  const gbSeconds = (Math.max(pacedSeconds, workedSeconds) * use.memoryMb) / 1024;
  const invocations = Math.max(use.invocations, pacedSeconds / callSeconds);
  const passed = transitions * (invocations / use.invocations);
  const [s3Gets, s3Puts] = [s3GetsOf(use) * times, s3PutsOf(use) * times];
  return {
    ...{ writeUnits, readUnits: readUnitsOf(use) * times, s3Gets, s3Puts, gbSeconds, transitions: passed },
    dollars: {
      dynamoDb: bill.dynamoDb,
      lambda: gbSeconds * prices.lambdaGbSecond + (invocations * prices.lambdaMillionRequests) / million,
      stepFunctions: (passed * prices.stepFunctionsThousandTransitions) / 1000,
      s3: (s3Gets * prices.s3MillionGets) / million + (s3Puts * prices.s3ThousandPuts) / 1000,
      logs: bill.logs,
    },
  };
}

export function s3GetsOf({ calls }: FunctionUse): number {
  return calls.GetObject ?? 0;
}

export function s3PutsOf({ calls }: FunctionUse): number {
  return (calls.PutObject ?? 0) + (calls.ListObjectsV2 ?? 0);
}

/** As if every call waited for the one before it. */
function tripsOf({ calls, invocations }: FunctionUse): number {
  return Object.values(calls).reduce((sum, each) => sum + each, 0) / Math.max(1, invocations);
}
