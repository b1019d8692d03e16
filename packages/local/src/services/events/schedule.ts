import { parseCron } from './cron.ts';
import { parseRate } from './rate.ts';
import { utc } from './zone.ts';

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

/** What a rule's schedule may be: `rate(5 minutes)` or `cron(0 10 ? * MON-FRI *)`, in UTC. */
export function parseSchedule(expression: string): ScheduleResult {
  const [, kind, argument = ''] = /^(rate|cron)\(([^()]*)\)$/.exec(expression) ?? [];
  const result = kind === 'rate' ? parseRate(argument) : kind === 'cron' ? parseCron(argument, utc) : undefined;
  if (result === undefined) return { ok: false, mistake: `${expression} is neither rate(...) nor cron(...)` };
  return typeof result === 'string'
    ? { ok: false, mistake: `${expression}: ${result}` }
    : { ok: true, schedule: result };
}
