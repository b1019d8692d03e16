import * as v from 'valibot';
import { duration, durationMs } from './duration.ts';
import { schedule } from './schedule.ts';
import { settings, wholeNumber } from './settings.ts';
import { zone } from './zone.ts';

/** A batch of deletions takes 25 units at least. */
const writeUnits = wholeNumber('a number of write units a second', 25, 40_000);

/** When counters are pruned, and how fast. */
export const prune = v.pipe(
  settings({
    at: v.optional(schedule, '03:30'),
    zone: v.optional(zone, 'UTC'),
    writeUnitsPerSecond: v.optional(writeUnits, 500),
    keepReplaced: v.optional(duration, '7d'),
  }),
  v.transform(({ at, zone, writeUnitsPerSecond, keepReplaced }) => ({
    schedule: at,
    zone,
    writeUnitsPerSecond,
    keepReplacedMs: durationMs(keepReplaced),
  })),
);
