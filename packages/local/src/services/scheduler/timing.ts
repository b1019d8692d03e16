import { parseCron } from '../events/cron.ts';
import { parseRate } from '../events/rate.ts';
import type { Schedule } from '../events/schedule.ts';
import type { Zone } from '../events/zone.ts';

/** When a schedule of Scheduler invokes its target. */
export interface Timing extends Schedule {
  readonly kind: 'rate' | 'cron' | 'at';
}

export type TimingResult =
  | { readonly ok: true; readonly timing: Timing }
  | { readonly ok: false; readonly mistake: string };

/** `rate(5 minutes)`, `cron(0 10 ? * MON-FRI *)` whose year may be left out, or `at(2026-11-20T13:00:00)`, in a zone. */
export function parseTiming(expression: string, zone: Zone): TimingResult {
  const [, kind, argument = ''] = /^(rate|cron|at)\(([^()]*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return timed(kind, expression, atOnce(parseRate(argument, 'any')));
    case 'cron':
      return timed(kind, expression, parseCron(argument.split(' ').length === 5 ? `${argument} *` : argument, zone));
    case 'at':
      return timed(kind, expression, parseAt(argument, zone));
    default:
      return { ok: false, mistake: `${expression} is none of rate(...), cron(...) and at(...)` };
  }
}

function timed(kind: Timing['kind'], expression: string, result: Schedule | string): TimingResult {
  if (typeof result === 'string') return { ok: false, mistake: `${expression}: ${result}` };
  return { ok: true, timing: { kind, ...result } };
}

/** Unlike that of a rule, a rate begins with its start itself. */
function atOnce(rate: Schedule | string): Schedule | string {
  if (typeof rate === 'string') return rate;
  return {
    next: (afterMs, startMs) => (afterMs < startMs ? startMs : rate.next(afterMs, startMs)),
    latest: (atMs, startMs) => (atMs < startMs ? undefined : (rate.latest(atMs, startMs) ?? startMs)),
  };
}

/** Once; never where the clocks of the zone skip that time. */
function parseAt(argument: string, zone: Zone): Schedule | string {
  const wallMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(argument) ? Date.parse(`${argument}Z`) : Number.NaN;
  // Date takes the 31st of February for the 3rd of March.
  const isTime = !Number.isNaN(wallMs) && new Date(wallMs).toISOString().startsWith(argument);
  if (!isTime) return 'a time such as 2026-11-20T13:00:00 is needed';
  const ms = zone.momentOf(wallMs);
  return {
    next: (afterMs) => (ms !== undefined && ms > afterMs ? ms : undefined),
    latest: (atMs) => (ms !== undefined && ms <= atMs ? ms : undefined),
  };
}
