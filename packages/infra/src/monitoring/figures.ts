import type { SourceSettings } from '@tidemark/core/config';
import type { GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { graph } from './graph.ts';
import { type Search, search, searchSum } from './search.ts';

/** Rows of what windows hold: the readings, then one row a measure. None where the source has no window. */
export function figureRows(source: SourceSettings): GraphWidget[][] {
  if (source.window === undefined) return [];
  const period = Duration.seconds(figurePeriodSeconds(source.window.seconds));
  const measures = measureNames(source);
  const figures = (metric: string, statistic: Search['statistic']) => ({
    source: source.name,
    metric,
    statistic,
    period,
  });
  const readings = figures(measureOfEveryReading(source), 'SampleCount');
  return [
    [
      graph('Readings by name', 16, [search(readings)], { stacked: true }),
      graph('All readings', 8, [searchSum(readings, 'readings')]),
    ],
    ...measures.map((measure) => measureRow(measure, (statistic) => figures(measure, statistic))),
  ];
}

/** A measure may be below 0: the axis is left to CloudWatch. */
function measureRow(measure: string, figures: (statistic: Search['statistic']) => Search): GraphWidget[] {
  const free = { leftYAxis: {} };
  return [
    graph(`${measure}: sum`, 8, [search(figures('Sum'))], free),
    graph(`${measure}: average`, 8, [search(figures('Average'))], free),
    graph(
      `${measure}: minimum and maximum`,
      8,
      [search(figures('Minimum'), labelled('minimum')), search(figures('Maximum'), labelled('maximum'))],
      free,
    ),
  ];
}

/** CloudWatch puts the name of each line there itself. */
function labelled(word: string): string {
  return `\${PROP('Dim.EventName')} ${word}`;
}

/** Those of every revision: graphs show what was, and what will be. The newest revision's come first. */
function measureNames({ revisions }: SourceSettings): string[] {
  const names = revisions.toReversed().flatMap(({ event }) => event.measures?.map(({ name }) => name) ?? []);
  return [...new Set(names)];
}

/** A reading has every measure that is in force at its arrival: one that always is counts the readings. */
export function measureOfEveryReading(source: SourceSettings): string {
  const { name, revisions } = source;
  const measures = measureNames(source);
  const lasting = measures.find((measure) =>
    revisions.every(({ event }) => event.measures?.some((other) => other.name === measure)),
  );
  const [newest] = measures;
  if (newest === undefined) throw new Error(`${name} has a window without measures, though it was resolved`);
  return lasting ?? newest;
}

const minuteSeconds = 60;
const periodSecondsMax = 15 * minuteSeconds;

/**
 * The period in which windows are drawn. Metrics are kept by the minute, so that a period is some minutes. The fewest that hold a
 * whole number of windows; where those are more than 15, the fewest that hold one window: then some periods show a window more
 * than others.
 */
export function figurePeriodSeconds(windowSeconds: number): number {
  const even = (windowSeconds / greatestCommonDivisor(windowSeconds, minuteSeconds)) * minuteSeconds;
  return even <= periodSecondsMax ? even : Math.ceil(windowSeconds / minuteSeconds) * minuteSeconds;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
