import type { StagePruneSettings } from '@tidemark/core/config';
import type { PruneInput } from '@tidemark/core/config/input';

export interface WarnedSchedule {
  /** As it is written; undefined where it is not. */
  readonly written: PruneInput | undefined;
  readonly settings: StagePruneSettings;
  readonly hasRetention: boolean;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A year and a day: every change of clocks of a year is seen. */
const daysAhead = 367;

/** What the configuration says of the schedule of pruning that will not come to pass. It is no mistake, and deploys. */
export function scheduleWarnings({ written, settings, hasRetention, nowMs }: WarnedSchedule): string[] {
  if (!hasRetention) {
    return written === undefined
      ? []
      : ['prune: no source has a retention, so that no schedule is made; only `tidemark prune --older-than` prunes'];
  }
  const { schedule, zone } = settings;
  const lastYear = lastYearOf(schedule);
  if (lastYear < new Date(nowMs).getUTCFullYear()) {
    return [`prune.at: ${schedule} has no year after ${lastYear}: nothing is pruned by it any more`];
  }
  const days = daysWithout(schedule, zone, nowMs);
  if (days.length === 0) return [];
  const what = days.length === 1 ? 'it is skipped on that day' : 'it is skipped on these days';
  return [
    `prune.at: clocks in ${zone} pass over ${written?.at ?? schedule} on ${days.join(' and ')}: ${what}, and the next run makes up for it`,
  ];
}

/** Infinity where every year is named, or none is. */
function lastYearOf(schedule: string): number {
  const years = /^cron\(.* (\S+)\)$/.exec(schedule)?.[1] ?? '*';
  // A step goes on to the end of time.
  if (/[*/]/.test(years)) return Number.POSITIVE_INFINITY;
  return Math.max(...years.split(/[,-]/).map(Number));
}

/** The days, `2027-03-28`, on which clocks of the zone are put forward past the time, where that is one time of the day. */
function daysWithout(schedule: string, zone: string, nowMs: number): string[] {
  const [, minutes, hours] = /^cron\((\d+) (\d+) /.exec(schedule) ?? [];
  if (hours === undefined) return [];
  const local = localClock(zone);
  const timeMs = (Number(hours) * 60 + Number(minutes)) * minuteMs;
  const todayMs = Math.floor(nowMs / dayMs) * dayMs;
  return Array.from({ length: daysAhead }, (_, day) => todayMs + day * dayMs)
    .filter((startMs) => {
      const wantedMs = startMs + timeMs;
      // Where clocks show the time, they do so with what they are off from UTC a day before or a day after.
      const offsets = [wantedMs - dayMs, wantedMs + dayMs].map((atMs) => local(atMs) - atMs);
      return offsets.every((offsetMs) => local(wantedMs - offsetMs) !== wantedMs);
    })
    .map((startMs) => new Date(startMs).toISOString().slice(0, 10));
}

/** What clocks of the zone show at an instant, to the minute, as the instant at which those of UTC show it. Milliseconds since the epoch. */
function localClock(timeZone: string): (atMs: number) => number {
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two },
  });
  return (atMs) => {
    const shown = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute);
  };
}
