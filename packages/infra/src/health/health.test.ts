import type { SourceInput } from '@tidemark/core/config/input';
import { windowRestMs } from '@tidemark/core/health/reader';
import { describe, expect, it } from 'vitest';
import { event, resourcesOf, statementsOf, synthesize, textOf } from '../../test/synthesize.ts';

const key = 'arn:aws:kms:eu-west-1:123456789012:key/k';
const window = { seconds: 60, measures: { distance: 'Distance' }, batchWindowSeconds: 5 };
const sources: Record<string, SourceInput> = {
  web: { event, archive: {}, stream: { encryption: key } },
  rides: { event, window },
  quiet: { event, systemAlarms: { freshness: false, quarantined: false } },
};
const template = synthesize({ sources });

describe('looks at health', () => {
  it('come every five minutes, at every source that is watched, and know how long its records may wait', () => {
    const rules = Object.entries(resourcesOf(template, 'AWS::Events::Rule'));
    const [, rule] = rules.find(([id]) => id.includes('Health')) ?? [];
    expect(rule?.Properties.ScheduleExpression).toBe('rate(5 minutes)');
    const targets = rule?.Properties.Targets as readonly { readonly Input: unknown }[] | undefined;
    expect(JSON.parse(textOf(targets?.[0]?.Input))).toEqual({
      sources: [
        {
          ...{ source: 'web', stream: '<TidemarkSourceWebStream.Arn>' },
          readers: [
            { reader: 'count', restMs: 10_000 },
            { reader: 'archive', restMs: 300_000 },
          ],
        },
        {
          ...{ source: 'rides', stream: '<TidemarkSourceRidesStream.Arn>' },
          readers: [{ reader: 'window', restMs: windowRestMs(60) + 5000 }],
        },
      ],
    });
  });

  it('may look at those streams, read what is known of those sources, and put metrics', () => {
    const statements = statementsOf(template, 'Health');
    const looking = { Action: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'] };
    expect(statements).toMatchObject([
      { ...looking, Resource: '<TidemarkSourceWebStream.Arn>' },
      { Action: 'kms:Decrypt', Resource: key },
      { ...looking, Resource: '<TidemarkSourceRidesStream.Arn>' },
      {
        Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Resource: '<TidemarkControlTable.Arn>',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['web', 'rides'] } },
      },
      { Action: 'cloudwatch:PutMetricData', Condition: { StringEquals: { 'cloudwatch:namespace': 'Tidemark' } } },
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '<TidemarkHealthLogs.Arn>' },
    ]);
    expect(statements).toHaveLength(6);
  });

  it('that fail turn an alarm of the stage on', () => {
    const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
    const alarm = alarms.find(({ Properties }) => Properties.AlarmName === 'Tidemark-dev-health');
    expect(alarm?.Properties).toMatchObject({
      Metrics: [
        { MetricStat: { Metric: { MetricName: 'Errors' } } },
        { MetricStat: { Metric: { MetricName: 'Throttles' } } },
        { Expression: 'SUM([m0, m1])' },
      ],
      Threshold: 0,
    });
  });
});
