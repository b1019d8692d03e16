import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has ever held, in KB. Where /proc tells it, by what it says of the program that runs: the figure that
 * Node has is at first that of the process that began it, which may be as large as the engine.
 */
export function maxRssKb(): number {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (peak !== undefined) return Number(peak);
  } catch {
    // No such system.
  }
  return process.resourceUsage().maxRSS;
}
