import type { FunctionDefinition } from './definition.ts';

/** What one invocation took, as Lambda bills it. */
export interface InvocationUsage {
  readonly functionName: string;
  readonly requestId: string;
  readonly outcome: 'success' | 'error' | 'timeout';
  readonly durationMs: number;
  /** Undefined in a warm sandbox. */
  readonly initMs: number | undefined;
  /** Initialization included, rounded up to whole milliseconds. */
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly usedMbMax: number;
  readonly gigabyteSeconds: number;
}

/** Billed durations and what follows from them. */
export function usageOf(
  definition: FunctionDefinition,
  measured: Pick<InvocationUsage, 'requestId' | 'outcome' | 'durationMs' | 'initMs' | 'usedMbMax'>,
): InvocationUsage {
  const billedMs = Math.ceil(measured.durationMs + (measured.initMs ?? 0));
  const { functionName, memoryMb } = definition;
  const gigabyteSeconds = (memoryMb / 1024) * (billedMs / 1000);
  return { ...measured, functionName, memoryMb, billedMs, gigabyteSeconds };
}

/** The line before a handler's own. */
export function startLine({ logFormat }: FunctionDefinition, requestId: string, time: Date): string {
  if (logFormat === 'Text') return `START RequestId: ${requestId} Version: $LATEST`;
  return platformLine(time, 'platform.start', { requestId, version: '$LATEST' });
}

/** The lines after a handler's own; `failure` is what the supervisor says of a timeout or a dead process. */
export function endLines(
  definition: FunctionDefinition,
  usage: InvocationUsage,
  failure: string | undefined,
  time: Date,
): string[] {
  const { requestId, durationMs, billedMs, initMs } = usage;
  if (definition.logFormat === 'JSON') {
    const metrics = {
      durationMs: round(durationMs),
      billedDurationMs: billedMs,
      memorySizeMB: usage.memoryMb,
      maxMemoryUsedMB: usage.usedMbMax,
      ...(initMs === undefined ? {} : { initDurationMs: round(initMs) }),
    };
    const record = {
      requestId,
      metrics,
      status: usage.outcome,
      ...(failure === undefined ? {} : { errorType: failure }),
    };
    return [platformLine(time, 'platform.report', record)];
  }
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${usage.memoryMb} MB`,
    `Max Memory Used: ${usage.usedMbMax} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(usage.outcome === 'timeout' ? ['Status: timeout'] : []),
    '',
  ];
  return [...(failure === undefined ? [] : [failure]), `END RequestId: ${requestId}`, report.join('\t')];
}

/** `2026-11-02T09:00:03.001Z ID Task timed out after 3.00 seconds` */
export function timeoutLine(requestId: string, timeoutSeconds: number, time: Date): string {
  return `${time.toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
}

function platformLine(time: Date, type: string, record: object): string {
  return JSON.stringify({ time: time.toISOString(), type, record });
}

function round(ms: number): number {
  return Number(ms.toFixed(3));
}
