import { invalidParameter } from './failures.ts';
import type { Metric } from './metric.ts';
import { readPeriodMs, readStatistic, type Statistic } from './statistic.ts';

/** `SEARCH('{Tidemark,Source,EventName} MetricName="EventCount" Source="web"', 'Sum', 60)` */
export interface Search {
  readonly kind: 'search';
  readonly namespace: string;
  /** Exactly these names, in any order. */
  readonly dimensionNames: readonly string[];
  readonly metricName: string | undefined;
  readonly dimensionValues: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  readonly periodMs: number;
}

const foldings = ['SUM', 'MIN', 'MAX'] as const;
export type Folding = (typeof foldings)[number];

/** `SUM(METRICS())`, `MAX([m1, m2])` or the sum of a search: one series of several. */
export interface Fold {
  readonly kind: 'fold';
  readonly by: Folding;
  readonly of: Search | { readonly kind: 'ids'; readonly ids: readonly string[] | 'all' };
}

export type Expression = Search | Fold;

const searchShape = /^SEARCH\(\s*'\s*\{([^}]*)\}\s*(.*?)\s*'\s*,\s*'(\w+)'\s*(?:,\s*(\d+)\s*)?\)$/s;
const foldShape = /^([A-Z]+)\(\s*(.*?)\s*\)$/s;

/** Throws for every other expression, with what is served. */
export function parseExpression(text: string, periodSeconds: number | undefined): Expression {
  const trimmed = text.trim();
  const search = searchShape.exec(trimmed);
  if (search !== null) return readSearch(search, text, periodSeconds);
  const [, name, inner = ''] = foldShape.exec(trimmed) ?? [];
  const by = foldings.find((each) => each === name);
  if (by === undefined) throw unsupported(text);
  if (inner === 'METRICS()') return { kind: 'fold', by, of: { kind: 'ids', ids: 'all' } };
  const listed = /^\[\s*([a-z]\w*(?:\s*,\s*[a-z]\w*)*)\s*\]$/.exec(inner)?.[1];
  if (listed !== undefined) return { kind: 'fold', by, of: { kind: 'ids', ids: listed.split(/\s*,\s*/) } };
  const searched = searchShape.exec(inner);
  if (searched === null) throw unsupported(text);
  return { kind: 'fold', by, of: readSearch(searched, text, periodSeconds) };
}

function readSearch(match: RegExpExecArray, text: string, periodSeconds: number | undefined): Search {
  const [, schema = '', terms = '', statistic, seconds] = match;
  const [namespace = '', ...dimensionNames] = schema.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  const rest = terms.replace(/(?:(\w+)|"([^"]+)")="([^"]*)"/g, '').replace(/\bAND\b/g, '');
  if (rest.trim() !== '') throw unsupported(text);
  const pairs = [...terms.matchAll(/(?:(\w+)|"([^"]+)")="([^"]*)"/g)].map(
    ([, bare, quoted, value]) => [bare ?? quoted, value] as const,
  );
  const { MetricName: metricName, ...dimensionValues } = Object.fromEntries(pairs) as Record<string, string>;
  const periodMs = readPeriodMs(seconds === undefined ? periodSeconds : Number(seconds));
  return {
    kind: 'search',
    namespace,
    dimensionNames,
    metricName,
    dimensionValues,
    statistic: readStatistic(statistic),
    periodMs,
  };
}

export function found(search: Search, metrics: readonly Metric[]): readonly Metric[] {
  const names = search.dimensionNames.toSorted().join('\n');
  const wanted = Object.entries(search.dimensionValues);
  return metrics.filter(
    (metric) =>
      metric.namespace === search.namespace &&
      (search.metricName === undefined || search.metricName === metric.metricName) &&
      metric.dimensions
        .map(({ name }) => name)
        .toSorted()
        .join('\n') === names &&
      wanted.every(([name, value]) => metric.dimensions.some((each) => each.name === name && each.value === value)),
  );
}

const folded: Readonly<Record<Folding, (a: number, b: number) => number>> = {
  SUM: (a, b) => a + b,
  MIN: Math.min,
  MAX: Math.max,
};

/**
 * What becomes of several series: at each time, the sum, the least or the greatest of those that have a value there; a time at
 * which none has one has none. Ascending by time.
 */
export function fold(
  by: Folding,
  points: readonly (readonly [atMs: number, value: number])[],
): readonly (readonly [atMs: number, value: number])[] {
  const values = new Map<number, number>();
  for (const [atMs, value] of points) {
    const before = values.get(atMs);
    values.set(atMs, before === undefined ? value : folded[by](before, value));
  }
  return [...values].sort(([a], [b]) => a - b);
}

function unsupported(text: string): Error {
  return invalidParameter(
    `The local engine does not evaluate the expression ${text}; it evaluates SEARCH with a schema in braces and terms such as Name="value", and ${foldings.join(', ')} of a search, of METRICS() or of a list of ids in brackets.`,
  );
}
