import { readFileSync } from 'node:fs';

const periodMs = 100;
const pageBytes = 4096;
const bytesPerMb = 1024 * 1024;

export interface MemoryWatch {
  stop(): void;
  /** Highest private memory seen, in MB; 0 where the system cannot tell. */
  readonly usedMbMax: number;
}

/**
 * Calls `exceeded` once when the process holds more than `limitMb` of memory of its own (program text, which other
 * processes share, is not counted). Lambda ends such a sandbox; Node's heap limit alone does not see buffers. It works
 * where /proc does, on Linux; elsewhere the heap limit is the only one.
 */
export function watchMemory(pid: number, limitMb: number, exceeded: () => void): MemoryWatch {
  let usedMbMax = 0;
  const look = (): void => {
    const usedMb = privateMb(pid);
    if (usedMb === undefined) return;
    usedMbMax = Math.max(usedMbMax, usedMb);
    if (usedMb <= limitMb) return;
    clearInterval(timer);
    exceeded();
  };
  const timer = setInterval(look, periodMs);
  timer.unref();
  return {
    stop: () => clearInterval(timer),
    get usedMbMax() {
      return usedMbMax;
    },
  };
}

function privateMb(pid: number): number | undefined {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
    return ((resident - shared) * pageBytes) / bytesPerMb;
  } catch {
    // No such system, or the process has just ended.
    return undefined;
  }
}
