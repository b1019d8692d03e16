import { Cron } from 'croner';

/** When something recurs by the clocks of a place. Milliseconds since the epoch. */
export interface Recurrence {
  /** The latest time up to and with `atMs`; undefined before the first one. */
  latest(atMs: number): number | undefined;
  /** The first time after `afterMs`; undefined where there is none any more. */
  next(afterMs: number): number | undefined;
}

/** croner reckons in whole seconds, and what falls on the moment itself is no earlier time to it. */
const secondMs = 1000;
const known = new Map<string, Recurrence>();
/** As many as a configuration could have: they follow from it alone. */
const knownMax = 1000;

/**
 * `0 2 ? * SUN *`, the six fields of EventBridge, in a zone of IANA. What clocks skip in spring occurs when they have skipped it; what they show twice in
 * autumn occurs once. The fields must have been checked.
 */
export function recurrence(cron: string, zone: string): Recurrence {
  const key = `${zone} ${cron}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  // Sunday is 1 to EventBridge, and a step may follow a number.
  const times = new Cron(`0 ${cron}`, { timezone: zone, alternativeWeekdays: true, sloppyRanges: true });
  const next = (afterMs: number) => times.nextRun(new Date(afterMs))?.getTime();
  const before = (atMs: number) =>
    times.previousRuns(1, new Date(Math.floor(atMs / secondMs) * secondMs + secondMs))[0]?.getTime();
  // Asked of the same time again and again, and looked for in a fraction of a millisecond.
  let found = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  const made: Recurrence = {
    latest: (atMs) => {
      if (found.fromMs <= atMs && atMs < found.toMs) return found.fromMs;
      const fromMs = before(atMs);
      if (fromMs !== undefined) found = { fromMs, toMs: next(atMs) ?? Number.POSITIVE_INFINITY };
      return fromMs;
    },
    next,
  };
  if (known.size >= knownMax) known.clear();
  known.set(key, made);
  return made;
}
