import { Cron } from 'croner';

/** When something recurs, in engine time: milliseconds since the epoch. */
export interface Schedule {
  /** The first occurrence after `afterMs`, of a schedule that began at `startMs`; undefined where there is none any more. */
  next(afterMs: number, startMs: number): number | undefined;
  /** The latest occurrence up to and with `atMs`; undefined before the first one. */
  latest(atMs: number, startMs: number): number | undefined;
}

export type ScheduleResult =
  | { readonly ok: true; readonly schedule: Schedule }
  | { readonly ok: false; readonly mistake: string };

/** `rate(5 minutes)` or `cron(0 10 ? * MON-FRI *)`, in UTC. */
export function parseSchedule(expression: string): ScheduleResult {
  const [, kind, argument = ''] = /^(rate|cron)\(([^()]*)\)$/.exec(expression) ?? [];
  const result = kind === 'rate' ? parseRate(argument) : kind === 'cron' ? parseCron(argument) : undefined;
  if (result === undefined) return { ok: false, mistake: `${expression} is neither rate(...) nor cron(...)` };
  return typeof result === 'string'
    ? { ok: false, mistake: `${expression}: ${result}` }
    : { ok: true, schedule: result };
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The first occurrence comes one period after the start. */
function parseRate(argument: string): Schedule | string {
  const [, digits = '', unit = '', plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(argument) ?? [];
  const periodMs = Number(digits) * (unitMs[unit] ?? 0);
  if (periodMs === 0) return 'a whole number and minute, hour or day are needed, in the plural above 1';
  if ((digits === '1') !== (plural === '')) return `it is rate(1 ${unit}), and the plural above 1`;
  const passed = (atMs: number, startMs: number) => Math.floor((atMs - startMs) / periodMs);
  return {
    next: (afterMs, startMs) => startMs + (Math.max(0, passed(afterMs, startMs)) + 1) * periodMs,
    latest: (atMs, startMs) => {
      const periods = passed(atMs, startMs);
      return periods < 1 ? undefined : startMs + periods * periodMs;
    },
  };
}

/** Minutes, hours, day of the month, month, day of the week, year. */
const fieldsOfCron = 6;
const secondMs = 1_000;

function parseCron(argument: string): Schedule | string {
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
    const cron = new Cron(`0 ${argument}`, { timezone: 'UTC', alternativeWeekdays: true, sloppyRanges: true });
    return {
      next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime(),
      // What falls on the reference itself is no previous run to croner.
      latest: (atMs) => cron.previousRuns(1, new Date(atMs + secondMs))[0]?.getTime(),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
