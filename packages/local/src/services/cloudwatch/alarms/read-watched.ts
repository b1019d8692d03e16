import { flagOf, numberOf, objectOf, objectsOf, textOf } from '../../../wire/input.ts';
import type { Input } from '../../../wire/rpc.ts';
import { assertMembers } from '../assert-members.ts';
import { parseExpression } from '../expression.ts';
import { validationError } from '../failures.ts';
import { readMetric } from '../metric-input.ts';
import { readQueryId } from '../query-id.ts';
import { readPeriodMs, readStatistic } from '../statistic.ts';
import type { Watched, WatchedQuery, WatchedStat } from './alarm.ts';
import { parseBand } from './band.ts';

const queriesMax = 20;
const metricsMax = 10;
const ownMetricMembers = ['MetricName', 'Namespace', 'Dimensions', 'Statistic', 'Period'];

export interface ReadWatched {
  readonly watched: Watched;
  readonly periodMs: number;
}

/** What a metric alarm watches: a metric of its own, or a list of queries. */
export function readWatched(input: Input): ReadWatched {
  const metrics = objectsOf(input, 'Metrics');
  if (metrics === undefined || metrics.length === 0) return readOwnMetric(input);
  const other = ownMetricMembers.find((member) => input[member] !== undefined);
  if (other !== undefined) throw validationError(`Metrics and ${other} exclude each other`);
  if (metrics.length > queriesMax) throw validationError(`Metrics must not have more than ${queriesMax} queries`);
  const queries = metrics.map(readQuery);
  if (new Set(queries.map(({ id }) => id)).size < queries.length)
    throw validationError('Metrics: two have the same Id');
  const bandId = textOf(input, 'ThresholdMetricId');
  const comparedId = comparedIn(queries, bandId);
  assertExpressions(queries, comparedId, bandId);
  return { watched: { isSingle: false, queries, comparedId, bandId }, periodMs: periodOf(queries) };
}

function readOwnMetric(input: Input): ReadWatched {
  if (input.ThresholdMetricId !== undefined)
    throw validationError('ThresholdMetricId names one of Metrics, which is missing');
  const stat = {
    metric: readMetric(input),
    statistic: readStatistic(textOf(input, 'Statistic')),
    periodMs: readPeriodMs(numberOf(input, 'Period')),
  };
  // CloudWatch tells a random id for it in its events.
  const id = 'm1';
  const query = { id, label: undefined, isReturned: true, stat, expression: undefined };
  return { watched: { isSingle: true, queries: [query], comparedId: id, bandId: undefined }, periodMs: stat.periodMs };
}

function readQuery(query: Input): WatchedQuery {
  assertMembers(query, 'Metrics', ['Id', 'MetricStat', 'Expression', 'Label', 'ReturnData', 'Period']);
  const id = readQueryId(query);
  const stat = objectOf(query, 'MetricStat');
  const expression = textOf(query, 'Expression');
  if ((stat === undefined) === (expression === undefined)) {
    throw validationError(`Metrics: ${id} needs one of MetricStat and Expression`);
  }
  return {
    ...{ id, label: textOf(query, 'Label'), isReturned: flagOf(query, 'ReturnData') ?? true },
    ...{ stat: stat === undefined ? undefined : readStat(stat), expression },
  };
}

function readStat(stat: Input): WatchedStat {
  assertMembers(stat, 'MetricStat', ['Metric', 'Period', 'Stat']);
  return {
    metric: readMetric(objectOf(stat, 'Metric')),
    statistic: readStatistic(textOf(stat, 'Stat')),
    periodMs: readPeriodMs(numberOf(stat, 'Period')),
  };
}

/** The one query that is returned; beside a band, which is returned too, the one around which it lies. */
function comparedIn(queries: readonly WatchedQuery[], bandId: string | undefined): string {
  const [compared, ...others] = queries.filter(({ id, isReturned }) => isReturned && id !== bandId);
  if (compared === undefined || others.length > 0) {
    throw validationError('Exactly one element of the metrics list should return data.');
  }
  if (bandId === undefined) return compared.id;
  const band = queries.find(({ id }) => id === bandId);
  const parsed = parseBand(band?.expression ?? '');
  if (parsed === undefined) {
    throw validationError(
      `ThresholdMetricId: ${bandId} is not the Id of an expression such as ANOMALY_DETECTION_BAND(m1, 2)`,
    );
  }
  if (parsed.aroundId !== compared.id)
    throw validationError(`${bandId} lies around ${parsed.aroundId}, not ${compared.id}`);
  return compared.id;
}

/** Each must be one that the engine evaluates for alarms, of metrics of the same list. */
function assertExpressions(queries: readonly WatchedQuery[], comparedId: string, bandId: string | undefined): void {
  for (const { id, expression } of queries) {
    if (expression === undefined || id === bandId) continue;
    if (id !== comparedId) throw validationError(`Metrics: the local engine makes no use of ${id}`);
    if (/\bSEARCH\(/.test(expression)) throw validationError(`Metrics: ${id}: SEARCH is not supported for alarms`);
    const parsed = parseExpression(expression, undefined);
    if (parsed.kind !== 'fold' || parsed.of.kind !== 'ids') throw new Error(`${expression} is read as no fold of ids`);
    const { ids } = parsed.of;
    const missing =
      ids === 'all'
        ? undefined
        : ids.find((each) => !queries.some((query) => query.id === each && query.stat !== undefined));
    if (missing !== undefined) throw validationError(`Metrics: ${id} names ${missing}, which is no metric of the list`);
  }
}

function periodOf(queries: readonly WatchedQuery[]): number {
  const periods = queries.flatMap(({ stat }) => (stat === undefined ? [] : [stat.periodMs]));
  const [periodMs] = periods;
  if (periodMs === undefined) throw validationError('Metrics: there is no MetricStat among them');
  if (periods.length > metricsMax) throw validationError(`Metrics must not have more than ${metricsMax} metrics`);
  if (new Set(periods).size > 1) throw validationError('Period must be the same for all metrics of an alarm');
  return periodMs;
}
