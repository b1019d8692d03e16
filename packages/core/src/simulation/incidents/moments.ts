export const minuteMs = 60_000;
/** A Monday, ten o'clock in Berlin. */
export const startMs = Date.parse('2026-11-02T09:00:00Z');
