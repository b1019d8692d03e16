import { Cron } from 'croner';
import type { Schedule } from './schedule.ts';
import type { Zone } from './zone.ts';

/** Minutes, hours, day of the month, month, day of the week, year. */
const fieldsOfCron = 6;
const secondMs = 1_000;
/** Clocks are nowhere put back by more; a wall that shows more than this ago was surely seen before. */
const putBackMsMax = 10_800_000;
/** Expressions have no later year. */
const wallMsMax = Date.UTC(2_200, 0);

/**
 * `0 10 ? * MON-FRI *`, by the clocks of a zone: what they skip in spring does not occur, what they show twice in autumn occurs
 * the first time alone. A text says what is wrong.
 */
export function parseCron(argument: string, zone: Zone): Schedule | string {
  const fields = argument.split(' ');
  if (fields.length !== fieldsOfCron || !fields.every((field) => /^[\dA-Z*,\-/?#]+$/.test(field))) {
    return 'six fields are needed: minutes, hours, day of the month, month, day of the week, year';
  }
  // croner takes the present time for a ? in any other field.
  const isOpen = fields.map((field) => field === '?');
  if (isOpen[2] === isOpen[4] || fields.some((field, index) => field.includes('?') && index !== 2 && index !== 4)) {
    return 'one of the day of the month and the day of the week, and nothing else, must be ?';
  }
  try {
    // croner is told of walls alone: what it does when clocks change is not what AWS does.
    return onWalls(new Cron(`0 ${argument}`, { timezone: 'UTC', alternativeWeekdays: true, sloppyRanges: true }), zone);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function onWalls(cron: Cron, zone: Zone): Schedule {
  return {
    next: (afterMs) => {
      let wallMs = cron.nextRun(new Date(zone.wallOf(afterMs)))?.getTime();
      while (wallMs !== undefined && wallMs < wallMsMax) {
        const ms = zone.momentOf(wallMs);
        if (ms !== undefined && ms > afterMs) return ms;
        wallMs = cron.nextRun(new Date(wallMs))?.getTime();
      }
      return undefined;
    },
    latest: (atMs) => {
      // When clocks were put back lately, the wall showed later times than it does now.
      const latestWallMs = Math.max(zone.wallOf(atMs), zone.wallOf(atMs - putBackMsMax) + putBackMsMax);
      // What falls on the reference itself is no previous run to croner.
      let wallMs = cron.previousRuns(1, new Date(latestWallMs + secondMs))[0]?.getTime();
      while (wallMs !== undefined) {
        const ms = zone.momentOf(wallMs);
        if (ms !== undefined && ms <= atMs) return ms;
        wallMs = cron.previousRuns(1, new Date(wallMs))[0]?.getTime();
      }
      return undefined;
    },
  };
}
