import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesizeWeb, textOf } from '../../test/synthesize.ts';

interface Body {
  readonly widgets: readonly {
    readonly type: string;
    readonly properties: { readonly title?: string; readonly metrics?: unknown };
  }[];
}

function dashboardOf(buckets: readonly ('15m' | '1d')[]): { name: unknown; body: Body } {
  const [dashboard] = Object.values(resourcesOf(synthesizeWeb({ buckets }), 'AWS::CloudWatch::Dashboard'));
  return { name: dashboard?.Properties.DashboardName, body: JSON.parse(textOf(dashboard?.Properties.DashboardBody)) };
}

describe('the dashboard of a source', () => {
  const { name, body } = dashboardOf(['15m', '1d']);

  it('is named after stage and source', () => {
    expect(name).toBe('Tidemark-dev-web');
  });

  it('shows every part of the flow', () => {
    expect(body.widgets.flatMap(({ properties }) => properties.title ?? [])).toEqual([
      'Events by name',
      'All events',
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

  it('searches for the series of its source, in the period of the smallest bucket', () => {
    const [byName] = body.widgets.filter(({ properties }) => properties.title === 'Events by name');
    expect(byName?.properties.metrics).toEqual([
      [
        {
          expression: `SEARCH('{Tidemark,Source,EventName} MetricName="EventCount" Source="web"', 'Sum', 900)`,
          period: 900,
        },
      ],
    ]);
  });
});
