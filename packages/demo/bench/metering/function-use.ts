import type { Engine } from '@tidemark/local/engine';
import type { MeterSnapshot } from '@tidemark/local/meter/meter';
import type { Activity } from './activity.ts';
import { processorMs } from './processor-time.ts';

/** What one function did in a span of time. */
export interface FunctionUse {
  readonly invocations: number;
  readonly memoryMb: number;
  /** All invocations together; undefined where the system does not tell. */
  readonly processorMs: number | undefined;
  /** As the engine measured it, waiting for DynamoDB Local included. */
  readonly wallMs: number;
  readonly logBytes: number;
  /** By operation: `UpdateItem`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Bodies of requests and answers. */
  readonly bytes: number;
}

/** Everything that grows while functions run, at one moment. */
export interface Reading {
  readonly meter: MeterSnapshot;
  readonly processorMs: ReadonlyMap<string, number> | undefined;
  readonly logBytes: ReadonlyMap<string, number>;
}

export function readNow(engine: Engine, activity: Activity): Reading {
  return {
    meter: engine.meter.snapshot(),
    processorMs: processorMs(),
    logBytes: new Map(activity.logBytes),
  };
}

export function useBetween(before: Reading, after: Reading, functionName: string, memoryMb: number): FunctionUse {
  const [first, last] = [totalsOf(before, functionName), totalsOf(after, functionName)];
  const { calls, processorMs, ...sums } = last;
  return {
    memoryMb,
    invocations: sums.invocations - first.invocations,
    wallMs: sums.wallMs - first.wallMs,
    logBytes: sums.logBytes - first.logBytes,
    readUnits: sums.readUnits - first.readUnits,
    writeUnits: sums.writeUnits - first.writeUnits,
    bytes: sums.bytes - first.bytes,
    processorMs: processorMs === undefined ? undefined : processorMs - (first.processorMs ?? 0),
    calls: Object.fromEntries(Object.entries(calls).map(([name, made]) => [name, made - (first.calls[name] ?? 0)])),
  };
}

function totalsOf({ meter, processorMs, logBytes }: Reading, functionName: string) {
  const rows = meter.calls.filter(({ caller }) => caller === functionName);
  const sum = (of: 'readUnits' | 'writeUnits' | 'requestBytes' | 'responseBytes'): number =>
    rows.reduce((all, row) => all + row[of], 0);
  const own = meter.functions.find((row) => row.functionName === functionName);
  return {
    invocations: own?.invocations ?? 0,
    wallMs: own?.billedMs ?? 0,
    logBytes: logBytes.get(functionName) ?? 0,
    processorMs: processorMs === undefined ? undefined : (processorMs.get(functionName) ?? 0),
    calls: Object.fromEntries(rows.map(({ operation, calls }) => [operation, calls])) as Record<string, number>,
    readUnits: sum('readUnits'),
    writeUnits: sum('writeUnits'),
    bytes: sum('requestBytes') + sum('responseBytes'),
  };
}
