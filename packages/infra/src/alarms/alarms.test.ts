import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { event, resourcesOf, synthesize, synthesizeWeb, textOf } from '../../test/synthesize.ts';
import { bundleFolder } from '../functions/code.ts';
import { Source } from '../source.ts';
import { TidemarkStack } from '../stack.ts';
import { stages } from '../stage.ts';
import { alarmTopics, runbookAnchor } from './runbook.ts';

const window = { seconds: 60, measures: { distance: 'Distance' } };

type Properties = Readonly<Record<string, unknown>>;

/** Properties of the alarms by their names. */
function alarmsOf(template: ReturnType<typeof synthesizeWeb>): Readonly<Record<string, Properties>> {
  const types = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
  const all = types.flatMap((type) => Object.values(resourcesOf(template, type)));
  return Object.fromEntries(all.map(({ Properties }) => [String(Properties.AlarmName), Properties]));
}

const alarms = alarmsOf(
  synthesizeWeb({
    buckets: ['1m'],
    window,
    alarms: [
      { series: 'page view', below: 5, per: '1m', for: 3, severity: 'critical', name: 'few page views' },
      { series: 'Größe', above: 1000, per: '5m', for: { datapoints: 2, of: 3 } },
      { series: 'order', missing: '15m' },
      { series: 'page view', anomalous: 2, direction: 'below', per: '5m', for: 3 },
      { series: 'Shadowfax', measure: 'distance', statistic: 'average', below: 10 },
    ],
  }),
);

describe('alarms on series', () => {
  const dimensions = (name: string) => [
    { Name: 'Source', Value: 'web' },
    { Name: 'EventName', Value: name },
  ];

  it('that are low take no data for too few', () => {
    expect(alarms['Tidemark-dev-web-few page views']).toEqual({
      AlarmName: 'Tidemark-dev-web-few page views',
      AlarmDescription: {
        'Fn::Join': [
          '',
          [
            'page view below 5 in 1 min, 3 of 3 times (critical). ',
            { 'Fn::GetAtt': [expect.stringMatching('AcknowledgeFunctionFunctionUrl'), 'FunctionUrl'] },
            'runbook#alarm-a-series-is-below-its-threshold',
          ],
        ],
      },
      Namespace: 'Tidemark',
      MetricName: 'EventCount',
      Dimensions: dimensions('page view'),
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 5,
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
  });

  it('that are high do not, and name the series as it is published', () => {
    expect(alarms['Tidemark-dev-web-Gr-e above 1000']).toMatchObject({
      Dimensions: dimensions('Gr%C3%B6%C3%9Fe'),
      ...{ ComparisonOperator: 'GreaterThanThreshold', Threshold: 1000, Period: 300 },
      ...{ EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' },
    });
  });

  it('on nothing at all look for less than one', () => {
    expect(alarms['Tidemark-dev-web-order missing 15m']).toMatchObject({
      ...{ ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'breaching' },
    });
  });

  it('on what is out of the ordinary compare with CloudWatch’s band', () => {
    const alarm = alarms['Tidemark-dev-web-page view anomalous below'];
    expect(alarm).toMatchObject({ ThresholdMetricId: 'band', ComparisonOperator: 'LessThanLowerThreshold' });
    expect(alarm?.Metrics).toMatchObject([
      { Id: 'm1', MetricStat: { Period: 300, Stat: 'Sum' }, ReturnData: true },
      { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', ReturnData: true },
    ]);
    expect(alarm).not.toHaveProperty('Threshold');
  });

  it('on measures take the metric of the measure', () => {
    expect(alarms['Tidemark-dev-web-Shadowfax distance below 10']).toMatchObject({
      ...{ MetricName: 'distance', Statistic: 'Average', Threshold: 10 },
    });
  });
});

it('no two alarms have one name', () => {
  const named = (name: string) => ({ alarms: [{ series: 'order', above: 1, name }] });
  expect(() => synthesizeWeb(named('parts'))).toThrow('two alarms are called Tidemark-dev-web-parts');
  const sources = { web: { event, ...named('shop-x') }, 'web-shop': { event, ...named('x') } };
  expect(() => synthesize({ sources })).toThrow('two alarms are called Tidemark-dev-web-shop-x');
});

describe('alarms on the parts', () => {
  const ids = ({ Metrics }: Properties = {}) => (Metrics as { Id: string }[]).map(({ Id }) => Id);

  it('of a source are one, each part of which is on all its functions', () => {
    const parts = ['lag', 'errors', 'throttles', 'freshness'].map((part) => `Tidemark-dev_web-${part}`);
    expect(alarms['Tidemark-dev-web-parts']?.AlarmRule).toBe(parts.map((part) => `ALARM("${part}")`).join(' OR '));
    const lag = alarms['Tidemark-dev_web-lag'];
    expect(lag).toMatchObject({ Threshold: 610_000, EvaluationPeriods: 2, TreatMissingData: 'notBreaching' });
    expect(ids(lag)).toEqual(['m0', 'm1', 'm2', 'all']);
    expect(lag?.Metrics).toMatchObject([
      { MetricStat: { Metric: { MetricName: 'IteratorAge' }, Stat: 'Maximum', Period: 300 }, ReturnData: false },
      {},
      {},
      { Expression: 'MAX([m0, m1, m2])', ReturnData: true },
    ]);
    for (const [part, metric] of [
      ['errors', 'Errors'],
      ['throttles', 'Throttles'],
    ]) {
      const alarm = alarms[`Tidemark-dev_web-${part}`];
      expect(alarm).toMatchObject({ Threshold: 2, DatapointsToAlarm: 2, EvaluationPeriods: 3 });
      expect(JSON.stringify(alarm?.Metrics).split(`"${metric}"`)).toHaveLength(4);
      expect(JSON.stringify(alarm?.Metrics)).toContain('SUM([m0, m1, m2])');
    }
  });

  it('wait for what is gathered longest, an archive’s batches', () => {
    const { 'Tidemark-dev_web-lag': lag } = alarmsOf(synthesizeWeb({ buckets: ['1m'], window, archive: {} }));
    expect(lag).toMatchObject({ Threshold: 900_000 });
    expect(ids(lag)).toEqual(['m0', 'm1', 'm2', 'm3', 'all']);
  });

  it('of a source take its freshness and what was set aside from the looks at it', () => {
    const Dimensions = [{ Name: 'Source', Value: 'web' }];
    expect(alarms['Tidemark-dev_web-freshness']).toMatchObject({
      ...{ Namespace: 'Tidemark', MetricName: 'Freshness', Dimensions, Threshold: 900, EvaluationPeriods: 2 },
      TreatMissingData: 'ignore',
    });
    expect(alarms['Tidemark-dev-web-quarantine']).toMatchObject({
      ...{ Namespace: 'Tidemark', MetricName: 'QuarantinedEvents', Dimensions, Statistic: 'Sum', Threshold: 0 },
      TreatMissingData: 'notBreaching',
    });
  });

  it('go by the thresholds of the configuration', () => {
    const systemAlarms = { lag: '5m', freshness: '1h', quarantined: 100 } as const;
    const of = alarmsOf(synthesizeWeb({ systemAlarms }));
    expect(of['Tidemark-dev_web-lag']).toMatchObject({ Threshold: 310_000 });
    expect(of['Tidemark-dev_web-freshness']).toMatchObject({ Threshold: 3600 });
    expect(of['Tidemark-dev-web-quarantine']).toMatchObject({ Threshold: 100 });
  });

  it('are made of what is watched alone', () => {
    const template = synthesizeWeb({ systemAlarms: { lag: false, freshness: false, quarantined: false } });
    expect(Object.keys(alarmsOf(template))).toEqual([
      ...['errors', 'throttles'].map((part) => `Tidemark-dev_web-${part}`),
      ...['web-series-cap', 'runs', 'watchdog', 'escalation'].map((name) => `Tidemark-dev-${name}`),
      'Tidemark-dev-web-parts',
    ]);
    expect(Object.keys(template.toJSON().Resources).filter((id) => id.includes('Health'))).toEqual([]);
  });

  it('are told to the function that makes incidents of them with their parts', () => {
    const stack = new TidemarkStack(
      new App({ analyticsReporting: false }),
      { sources: { web: { event } } },
      stages.dev,
    );
    const [source] = stack.node.findAll().filter((each) => each instanceof Source);
    const [parts] = source?.alarms ?? [];
    expect(parts).toMatchObject({ name: 'parts', runbook: 'alarm-the-parts-of-a-source-fall-behind-or-fail' });
    expect(parts?.parts).toEqual([
      {
        alarm: 'Tidemark-dev_web-lag',
        summary: 'functions of web get records that are more than 610 s old',
        runbook: 'alarm-a-function-falls-behind',
      },
      {
        alarm: 'Tidemark-dev_web-errors',
        summary: 'functions of web fail, more than 2 times in 5 min',
        runbook: 'alarm-a-function-fails',
      },
      {
        alarm: 'Tidemark-dev_web-throttles',
        summary: 'functions of web are throttled, more than 2 times in 5 min',
        runbook: 'alarm-a-function-is-throttled',
      },
      {
        alarm: 'Tidemark-dev_web-freshness',
        summary: 'web is more than 15 min behind its stream',
        runbook: 'alarm-counts-are-not-fresh',
      },
    ]);
  });

  it('and on the cap of a source that has a window only, by its readings', () => {
    const { 'Tidemark-dev-web-series-cap': cap } = alarmsOf(synthesizeWeb({ window }));
    expect(cap).toMatchObject({ MetricName: 'distance', Statistic: 'SampleCount' });
  });

  it('are not made where they are not wanted', () => {
    const { Resources } = synthesizeWeb({ systemAlarms: false }).toJSON();
    expect(Object.keys(Resources).filter((id) => /Alarm|Escalation/.test(id))).toEqual([]);
  });

  it('of the stage are there once', () => {
    const template = synthesize({ sources: { web: { event }, rides: { event, systemAlarms: false } } });
    const names = Object.keys(alarmsOf(template)).filter((name) => !name.includes('web'));
    expect(names).toEqual([
      'Tidemark-dev-runs',
      'Tidemark-dev-watchdog',
      'Tidemark-dev-escalation',
      'Tidemark-dev-health',
    ]);
  });
});

const runbook = readFileSync(new URL('../../../../docs/operating/runbook.md', import.meta.url), 'utf8');

it('every alarm leads to a heading of the runbook that is there', () => {
  const headings = runbook.split('\n').filter((line) => line.startsWith('## Alarm: '));
  expect(headings).toEqual(alarmTopics.map((topic) => `## Alarm: ${topic}`));
  // What it means, how to look, what to do.
  for (const heading of headings) {
    const [, section = ''] = runbook.split(`${heading}\n`);
    expect(section.split('\n## ')[0]).toMatch(
      /^\n\*\*Means\.\*\* [\s\S]*\n\*\*Look(\.\*\*[\s\S]*\n\*\*Do\.\*\*|, and do[,:]\*\*) ?/,
    );
  }
  const page = readFileSync(join(bundleFolder('acknowledge'), 'runbook.html'), 'utf8');
  const anchors = alarmTopics.map(runbookAnchor);
  expect(anchors.slice(0, 2)).toEqual([
    'alarm-a-series-is-below-its-threshold',
    'alarm-a-series-is-above-its-threshold',
  ]);
  for (const { AlarmDescription } of Object.values(alarms)) {
    const [, base, anchor] = /\. (\S+)#(\S+)$/.exec(textOf(AlarmDescription)) ?? [];
    expect(base).toMatch(/^<TidemarkEscalationAcknowledgeFunction\S+\.FunctionUrl>runbook$/);
    expect(anchors).toContain(anchor);
    expect(page).toContain(`<h2 id="${anchor}">`);
  }
});

it('the runbook names log groups that there are', () => {
  const named = [...runbook.matchAll(/`([A-Za-z]+Logs)`/g)].map(([, name = '']) => name);
  expect(named).toContain('EscalationIncidentsLogs');
  const escalation = { tiers: [{ notify: ['email:oncall@example.org'] }] };
  const web = { event, buckets: ['1m'] as const, window, archive: {} };
  const groups = Object.keys(resourcesOf(synthesize({ sources: { web }, escalation }), 'AWS::Logs::LogGroup'));
  expect(named.filter((name) => !groups.some((id) => id.includes(name)))).toEqual([]);
});

it('one’s own runbook takes the place of the one that the stage serves', () => {
  const elsewhere = 'https://wiki.example.org/tidemark';
  const own = Object.values(alarmsOf(synthesize({ sources: { web: { event } }, escalation: { runbook: elsewhere } })));
  expect(own.length).toBeGreaterThan(3);
  for (const { AlarmDescription } of own)
    expect(AlarmDescription).toMatch(/^[^<>]+\. https:\/\/wiki\.example\.org\/tidemark#alarm-[a-z-]+$/);
});
