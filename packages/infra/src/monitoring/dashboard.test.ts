import type { SourceInput } from '@tidemark/core/config/input';
import { describe, expect, it } from 'vitest';
import { event, resourcesOf, synthesizeWeb, textOf } from '../../test/synthesize.ts';

interface Body {
  readonly widgets: readonly {
    readonly type: string;
    readonly properties: { readonly title?: string; readonly metrics?: unknown; readonly markdown?: string };
  }[];
}

function dashboardOf(settings: Partial<SourceInput>): { name: unknown; body: Body } {
  const [dashboard] = Object.values(resourcesOf(synthesizeWeb(settings), 'AWS::CloudWatch::Dashboard'));
  return { name: dashboard?.Properties.DashboardName, body: JSON.parse(textOf(dashboard?.Properties.DashboardBody)) };
}

describe('the dashboard of a source', () => {
  const { name, body } = dashboardOf({ buckets: ['15m', '1d'] });

  it('is named after stage and source', () => {
    expect(name).toBe('Tidemark-dev-web');
  });

  it('shows every part of the flow', () => {
    expect(titlesOf(body)).toEqual([
      'Alarms',
      'Events by name',
      'All events',
      'Behind the stream (s)',
      'Set aside',
      'Stream: records in',
      'Stream: refused writes',
      'count: errors',
      'count: lag and time (ms)',
      'Series table: write units',
      'Series table: throttled',
      'publish: errors',
      'publish: lag and time (ms)',
    ]);
  });

  it('shows the archive where there is one', () => {
    const archived = dashboardOf({ buckets: ['15m', '1d'], archive: {} }).body;
    expect(titlesOf(archived)).toEqual([
      ...titlesOf(body).slice(0, 9),
      'archive: errors',
      'archive: lag and time (ms)',
      ...titlesOf(body).slice(9),
    ]);
  });

  it('shows its alarms, and none where it has none', () => {
    const [row] = body.widgets.filter(({ type }) => type === 'alarm');
    expect(JSON.stringify(row)).toContain('AlarmsPartsAny');
    expect(titlesOf(dashboardOf({ systemAlarms: false }).body)).not.toContain('Alarms');
  });

  it('draws what looks at the source find, and nothing where there are none', () => {
    expect(metricsOf(body, 'Behind the stream (s)')).toEqual([
      ['Tidemark', 'Freshness', 'Source', 'web', { stat: 'Maximum' }],
    ]);
    expect(metricsOf(body, 'Set aside')).toEqual([['Tidemark', 'QuarantinedEvents', 'Source', 'web', { stat: 'Sum' }]]);
    expect(titlesOf(dashboardOf({ systemAlarms: false }).body)).not.toContain('Set aside');
  });

  it('searches for the series of its source, in the period of the smallest bucket', () => {
    expect(metricsOf(body, 'Events by name')).toEqual([
      [
        {
          expression: `SEARCH('{Tidemark,Source,EventName} MetricName="EventCount" Source="web"', 'Sum', 900)`,
          period: 900,
        },
      ],
    ]);
  });
});

describe('the dashboard of a source with a window', () => {
  const window = { seconds: 60, measures: { distance: 'Distance', health: 'HealthPoints' } };
  const { body } = dashboardOf({ window });
  const figures = ['Readings by name', 'All readings', ...rowOf('distance'), ...rowOf('health')];

  it('shows its measures, and nothing of buckets', () => {
    expect(titlesOf(body)).toEqual([
      'Alarms',
      ...figures,
      'Behind the stream (s)',
      'Set aside',
      'Stream: records in',
      'Stream: refused writes',
      'window: errors',
      'window: lag and time (ms)',
      'Series table: write units',
      'Series table: throttled',
      'publish: errors',
      'publish: lag and time (ms)',
    ]);
    expect(JSON.stringify(body)).not.toContain('EventCount');
  });

  it('shows both where there are both', () => {
    const titles = titlesOf(dashboardOf({ buckets: ['1m'], window }).body);
    expect(titles.slice(1, 3 + figures.length)).toEqual(['Events by name', 'All events', ...figures]);
    expect(titles).toEqual(expect.arrayContaining(['count: errors', 'window: errors']));
  });

  it('takes figures of every kind from the metric of the measure', () => {
    const found = (statistic: string) =>
      `SEARCH('{Tidemark,Source,EventName} MetricName="health" Source="web"', '${statistic}', 60)`;
    const label = (word: string) => `\${PROP('Dim.EventName')} ${word}`;
    expect(metricsOf(body, 'health: sum')).toEqual([[{ expression: found('Sum'), period: 60 }]]);
    expect(metricsOf(body, 'health: average')).toEqual([[{ expression: found('Average'), period: 60 }]]);
    expect(metricsOf(body, 'health: minimum and maximum')).toEqual([
      [{ expression: found('Minimum'), label: label('minimum'), period: 60 }],
      [{ expression: found('Maximum'), label: label('maximum'), period: 60 }],
    ]);
    expect(JSON.stringify(metricsOf(body, 'Readings by name'))).toContain(`'SampleCount', 60)`);
  });

  it('counts readings by a measure that every revision has, and draws those of all', () => {
    const revisions = [{ from: '2026-12-01T00:00:00Z', event, measures: { speed: 'Speed', health: 'HealthPoints' } }];
    const revised = dashboardOf({ window, revisions }).body;
    expect(JSON.stringify(metricsOf(revised, 'Readings by name'))).toContain('MetricName=\\"health\\"');
    expect(titlesOf(revised).slice(3, 12)).toEqual([...rowOf('speed'), ...rowOf('health'), ...rowOf('distance')]);
  });

  it.each([
    [60, 'Windows of 60 s. '],
    [50, 'Windows of 50 s, drawn in periods of 300 s. '],
  ])('says how windows of %i s are drawn', (seconds, words) => {
    const [heading] = dashboardOf({ window: { ...window, seconds } }).body.widgets;
    expect(heading?.properties.markdown).toContain(`\n${words}These figures`);
  });
});

function titlesOf(body: Body): string[] {
  return body.widgets.flatMap(({ properties }) => properties.title ?? []);
}

function metricsOf(body: Body, title: string): unknown {
  return body.widgets.find(({ properties }) => properties.title === title)?.properties.metrics;
}

function rowOf(measure: string): string[] {
  return [`${measure}: sum`, `${measure}: average`, `${measure}: minimum and maximum`];
}
