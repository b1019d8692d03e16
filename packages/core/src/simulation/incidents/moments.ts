export const minuteMs = 60_000;
/** Two moments that are less apart may be that of one transition. */
export const sameMomentMs = 1_000;
/** A Monday, ten o'clock in Berlin. */
export const startMs = Date.parse('2026-11-02T09:00:00Z');
