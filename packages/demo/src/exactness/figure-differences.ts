import { compare, type Differences } from './differences.ts';
import type { Expected } from './expected.ts';
import { ExpectedFigures } from './expected-figures.ts';

/** What CloudWatch says of a metric in a minute. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** What one call put into a metric's minute. */
export type Put = Pick<Statistics, 'count' | 'sum'>;

/**
 * Counts, by `<EventName> <minute>`: the table's, and over or under by no more than what `allowedOver` says. Only corrections are ever below 0.
 */
export function figureDifferences(
  expected: Expected,
  found: ReadonlyMap<string, number>,
  allowedOver: ReadonlyMap<string, readonly Put[]>,
): Differences {
  const counts = new Map<string, number>();
  for (const [key, { count }] of expected.partials) {
    const [, name, minute] = /^(.*) 1m#0000#([^#]+)#/.exec(key) ?? [];
    if (minute !== undefined) counts.set(`${name} ${minute}`, (counts.get(`${name} ${minute}`) ?? 0) + count);
  }
  return compare('figure', counts, found, (count, figure, key) => {
    const puts = allowedOver.get(`EventCount ${key}`) ?? [];
    const over = puts.reduce((sum, put) => sum + Math.max(0, put.sum), 0);
    const under = puts.reduce((sum, put) => sum + Math.min(0, put.sum), 0);
    return figure >= count + under && figure <= count + over
      ? undefined
      : `${figure} in place of ${count}, at most ${over} over${under < 0 ? ` and ${-under} under` : ''}`;
  });
}

/**
 * Statistics of measures, by `<measure> <EventName> <minute>`: those of the minute's rows, and each of the calls in `mayBeTwice` in them once or
 * twice. Readings that are put twice leave minimum and maximum as they are.
 */
export function statisticDifferences(
  expected: Expected,
  found: ReadonlyMap<string, Statistics>,
  mayBeTwice: ReadonlyMap<string, readonly Put[]>,
): Differences {
  const minutes = new Map<string, ExpectedFigures>();
  for (const [key, { figures = [] }] of expected.partials) {
    const [, name, minute] = /^(.*) w\d+#0000#([^#]+):\d\dZ#/.exec(key) ?? [];
    for (const [measure, row] of figures) {
      const id = `${measure} ${name} ${minute}:00Z`;
      const merged = minutes.get(id) ?? new ExpectedFigures();
      merged.merge(row);
      minutes.set(id, merged);
    }
  }
  return compare('statistics', minutes, found, (figures, statistics, key) => {
    const wanted = figures.statistics();
    const puts = mayBeTwice.get(key) ?? [];
    const over = { count: statistics.count - wanted.count, sum: statistics.sum - wanted.sum };
    const isEqual =
      statistics.minimum === wanted.minimum &&
      statistics.maximum === wanted.maximum &&
      isSomeOf(puts, over, wanted.count * Math.max(Math.abs(wanted.minimum), Math.abs(wanted.maximum)));
    return isEqual
      ? undefined
      : `${JSON.stringify(statistics)} in place of ${JSON.stringify(wanted)}, with some of ${JSON.stringify(puts)} twice`;
  });
}

/** CloudWatch adds up doubles as they come: sums are off by what that rounds, relative to what the largest of them add up to. */
const sumTolerance = 1e-9;

/** Whether what is over can be some of the puts; where it has no readings, it is nothing. */
function isSomeOf(puts: readonly Put[], over: Put, magnitude: number): boolean {
  if (over.count < 0 || over.count > puts.reduce((sum, { count }) => sum + count, 0)) return false;
  const sums = over.count === 0 ? [] : puts.map(({ sum }) => sum);
  const least = sums.reduce((total, sum) => total + Math.min(0, sum), 0);
  const most = sums.reduce((total, sum) => total + Math.max(0, sum), 0);
  const tolerance = sumTolerance * Math.max(magnitude, most - least);
  return over.sum >= least - tolerance && over.sum <= most + tolerance;
}
