import type { LogLine } from '@tidemark/local/lambda/host';

/** A batch that was counted again. */
export interface RecountedBatch {
  /** Wall time when its line was written, in milliseconds. */
  readonly atMs: number;
  readonly records: number;
  /** By a pipe, or else from the archive. */
  readonly isPiped: boolean;
}

/** Follows the lines of a recount's and of other functions: what was counted, how long it took, and how much memory. */
export class FunctionLog {
  readonly recounted: RecountedBatch[] = [];
  /** By function, of each invocation, milliseconds of wall time. */
  readonly durationsMs = new Map<string, number[]>();
  /** By function, the most that an invocation of it had, in MB. */
  readonly memoryMbMax = new Map<string, number>();

  readonly onLog = ({ functionName, text }: LogLine): void => {
    const atMs = performance.now();
    for (const line of text.split('\n')) {
      if (line.includes('"recounted"')) {
        const { records, pipe } = JSON.parse(line);
        this.recounted.push({ atMs, records: Number(records), isPiped: pipe !== undefined });
      }
      if (line.includes('"platform.report"')) this.#report(functionName, JSON.parse(line).record.metrics);
    }
  };

  #report(name: string, { durationMs, maxMemoryUsedMB }: { durationMs: number; maxMemoryUsedMB: number }): void {
    this.durationsMs.set(name, [...(this.durationsMs.get(name) ?? []), durationMs]);
    this.memoryMbMax.set(name, Math.max(this.memoryMbMax.get(name) ?? 0, maxMemoryUsedMB));
  }
}
