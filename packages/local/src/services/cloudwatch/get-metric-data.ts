import { flagOf, numberOf, objectOf, objectsOf, textOf, timeMsOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { assertMembers } from './assert-members.ts';
import { fold, found, parseExpression, type Search } from './expression.ts';
import { invalidParameter, missingParameter } from './failures.ts';
import type { Metric } from './metric.ts';
import { readMetric } from './metric-input.ts';
import { readQueryId } from './query-id.ts';
import { byPeriod, readPeriodMs, readStatistic, type Statistic, statisticOf } from './statistic.ts';
import type { MetricStore } from './store.ts';

const queriesMax = 500;
const pageDatapointsMax = 100_800;
const members = ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy', 'MaxDatapoints', 'NextToken'];
const queryMembers = ['Id', 'MetricStat', 'Expression', 'Label', 'ReturnData', 'Period'];

interface Series {
  readonly id: string;
  readonly label: string;
  readonly isReturned: boolean;
  /** Ascending by time. */
  readonly points: readonly (readonly [atMs: number, value: number])[];
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Metrics, and the few expressions that the dashboards use. Datapoints are paged as CloudWatch pages them. */
export function getMetricData(store: MetricStore, input: Input): Output {
  assertMembers(input, 'GetMetricData', members);
  const queries = objectsOf(input, 'MetricDataQueries') ?? [];
  if (queries.length === 0) throw missingParameter('The parameter MetricDataQueries is required.');
  if (queries.length > queriesMax) {
    throw invalidParameter(`The collection MetricDataQueries must not have a size greater than ${queriesMax}.`);
  }
  for (const query of queries) assertMembers(query, 'MetricDataQueries', queryMembers);
  const span = readSpan(input);
  const stats = queries.filter((query) => query.Expression === undefined).map((query) => readStat(store, query, span));
  const expressions = queries.filter((query) => query.Expression !== undefined);
  const all = [...stats, ...expressions.flatMap((query) => evaluate(store, query, span, stats))];
  const isDescending = (textOf(input, 'ScanBy') ?? 'TimestampDescending') === 'TimestampDescending';
  const returned = all.filter(({ isReturned }) => isReturned);
  return page(returned, isDescending, numberOf(input, 'MaxDatapoints'), textOf(input, 'NextToken'));
}

/** The two ends; throws where one is missing or the end does not lie after the start. */
export function readSpan(input: Input): Span {
  const fromMs = timeMsOf(input, 'StartTime');
  const toMs = timeMsOf(input, 'EndTime');
  if (fromMs === undefined) throw missingParameter('The parameter StartTime is required.');
  if (toMs === undefined) throw missingParameter('The parameter EndTime is required.');
  if (!(toMs > fromMs)) throw invalidParameter('The parameter StartTime must be less than the parameter EndTime.');
  return { fromMs, toMs };
}

function readStat(store: MetricStore, query: Input, span: Span): Series {
  const id = readQueryId(query);
  const stat = objectOf(query, 'MetricStat');
  if (stat === undefined) throw missingParameter(`The query ${id} has neither MetricStat nor Expression.`);
  assertMembers(stat, 'MetricStat', ['Metric', 'Period', 'Stat']);
  const metric = readMetric(objectOf(stat, 'Metric'));
  const statistic = readStatistic(textOf(stat, 'Stat'));
  const points = pointsOf(store, metric, statistic, readPeriodMs(numberOf(stat, 'Period')), span);
  const label = textOf(query, 'Label') ?? labelOf(metric);
  return { id, label, isReturned: flagOf(query, 'ReturnData') ?? true, points };
}

function evaluate(store: MetricStore, query: Input, span: Span, stats: readonly Series[]): readonly Series[] {
  const id = readQueryId(query);
  const expression = parseExpression(textOf(query, 'Expression') ?? '', numberOf(query, 'Period'));
  const isReturned = flagOf(query, 'ReturnData') ?? true;
  const label = textOf(query, 'Label');
  if (expression.kind === 'search') {
    return search(store, expression, span).map((series) => ({
      ...series,
      id,
      isReturned,
      label: label ?? series.label,
    }));
  }
  const { by, of } = expression;
  const folded =
    of.kind === 'search'
      ? search(store, of, span)
      : stats.filter((each) => of.ids === 'all' || of.ids.includes(each.id));
  const missing =
    of.kind === 'ids' && of.ids !== 'all' ? of.ids.find((each) => !stats.some((stat) => stat.id === each)) : undefined;
  if (missing !== undefined)
    throw invalidParameter(`The expression of ${id} names ${missing}, which is no metric of this call.`);
  return [
    {
      id,
      label: label ?? id,
      isReturned,
      points: fold(
        by,
        folded.flatMap(({ points }) => points),
      ),
    },
  ];
}

function search(store: MetricStore, expression: Search, span: Span): readonly Omit<Series, 'id' | 'isReturned'>[] {
  return found(expression, store.metrics()).map((metric) => ({
    label: labelOf(metric),
    points: pointsOf(store, metric, expression.statistic, expression.periodMs, span),
  }));
}

/** The start counts from the beginning of its period, the end is not contained. */
function pointsOf(
  store: MetricStore,
  metric: Metric,
  statistic: Statistic,
  periodMs: number,
  { fromMs, toMs }: Span,
): Series['points'] {
  const points = store.points(metric, Math.floor(fromMs / periodMs) * periodMs, toMs);
  return byPeriod(points, periodMs).map((point) => [point.atMs, statisticOf(statistic, point)]);
}

function labelOf({ metricName, dimensions }: Metric): string {
  return dimensions.length === 0 ? metricName : dimensions.map(({ value }) => value).join(' ');
}

/** Datapoints are counted over the series in their order; the token is the number of those that were given before. */
function page(all: readonly Series[], isDescending: boolean, asked = pageDatapointsMax, token = '0'): Output {
  const limit = Math.min(asked, pageDatapointsMax);
  const from = Number(token);
  let before = 0;
  const MetricDataResults = all.flatMap(({ id, label, points }) => {
    const start = Math.max(0, from - before);
    const end = Math.min(points.length, from + limit - before);
    const wasComplete = from > 0 && before + points.length <= from;
    before += points.length;
    if (wasComplete) return [];
    const ordered = isDescending ? points.toReversed() : points;
    const given = ordered.slice(start, Math.max(start, end));
    const StatusCode = end >= points.length ? 'Complete' : 'PartialData';
    const Timestamps = given.map(([atMs]) => new Date(atMs));
    return [{ Id: id, Label: label, Timestamps, Values: given.map(([, value]) => value), StatusCode }];
  });
  return { MetricDataResults, NextToken: before > from + limit ? String(from + limit) : undefined, Messages: [] };
}
