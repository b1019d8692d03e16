/** Milliseconds. */
export const dayMs = 24 * 60 * 60 * 1000;

/** Days since the epoch, in UTC. */
export function dayNumber(timeMs: number): number {
  return Math.floor(timeMs / dayMs);
}

/** `2026-11-02`. */
export function formatDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The UTC midnight at or before an instant, both in milliseconds since the epoch. */
export function dayStart(timeMs: number): number {
  return dayNumber(timeMs) * dayMs;
}
