import type { SourceInput, WindowInput } from '@tidemark/core/config/input';
import { sourcesMax } from '@tidemark/core/config/resolve';
import { parseDeployedSource } from '@tidemark/core/deployment';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { event, resourcesOf, synthesize, synthesizeWeb, textOf } from '../test/synthesize.ts';
import { stages } from './stage.ts';
import { Tidemark } from './tidemark.ts';

const dev = synthesizeWeb();
const prod = synthesizeWeb({}, 'prod');
const dayMs = 24 * 3600 * 1000;

describe('the stack', () => {
  it('holds these kinds of resources and no others', () => {
    const access = { producers: ['arn:aws:iam::123456789012:role/p'], readers: ['arn:aws:iam::123456789012:role/r'] };
    const { Resources } = synthesizeWeb({ access }, 'prod').toJSON();
    const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
    expect(Object.groupBy(types, (type) => type)).toEqual({
      // Four parts of the source, what is set aside, the cap on series, and four of the stage.
      'AWS::CloudWatch::Alarm': expect.objectContaining({ length: 10 }),
      'AWS::CloudWatch::CompositeAlarm': expect.objectContaining({ length: 1 }),
      'AWS::CloudWatch::Dashboard': expect.objectContaining({ length: 1 }),
      'AWS::DynamoDB::Table': expect.objectContaining({ length: 2 }),
      'AWS::IAM::Role': expect.objectContaining({ length: 15 }),
      'AWS::Events::Rule': expect.objectContaining({ length: 5 }),
      'AWS::Kinesis::Stream': expect.objectContaining({ length: 1 }),
      'AWS::Lambda::EventInvokeConfig': expect.objectContaining({ length: 1 }),
      'AWS::Lambda::EventSourceMapping': expect.objectContaining({ length: 2 }),
      'AWS::Lambda::Function': expect.objectContaining({ length: 9 }),
      'AWS::Lambda::Permission': expect.objectContaining({ length: 7 }),
      'AWS::Lambda::Url': expect.objectContaining({ length: 1 }),
      'AWS::Logs::LogGroup': expect.objectContaining({ length: 14 }),
      'AWS::S3::Bucket': expect.objectContaining({ length: 1 }),
      'AWS::S3::BucketPolicy': expect.objectContaining({ length: 1 }),
      'AWS::StepFunctions::StateMachine': expect.objectContaining({ length: 5 }),
    });
  });

  it('asks for nothing at deployment', () => {
    expect(Object.keys(dev.toJSON()).sort()).toEqual(['Description', 'Outputs', 'Resources']);
  });

  it('holds as many sources as a configuration may, within CloudFormation’s bounds', () => {
    const principals = ['arn:aws:iam::123456789012:role/p'];
    const access = { producers: principals, readers: principals, operators: principals };
    const measures = Object.fromEntries(Array.from('abcdefghij', (letter) => [letter.repeat(64), letter]));
    const source: SourceInput = {
      event,
      access,
      buckets: ['1m', '1h'],
      window: { seconds: 60, measures },
      archive: {},
      retention: { '1m': '14d', '1h': '90d', window: '30d' },
      alarms: Array.from({ length: 9 }, (_, above) => ({ series: 's'.repeat(70), above, per: '5m' })),
    };
    const names = Array.from({ length: sourcesMax }, (_, index) => `${'s'.repeat(29)}${index + 10}`);
    const notify = Array.from({ length: 10 }, (_, index) => `email:oncall-${index}@example.org`);
    const sources = Object.fromEntries(names.map((name) => [name, source]));
    const template = synthesize({ sources, escalation: { tiers: [{ notify }] } }, 'prod').toJSON();
    expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
    for (const { Properties } of Object.values<{ Properties: { Policies?: object } }>(template.Resources)) {
      // References are about as long as what they stand for.
      expect(JSON.stringify(Properties.Policies ?? {}).length).toBeLessThan(12_000);
    }
    expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
  });

  it('is not made where the configuration has what AWS refuses', () => {
    const window = {
      seconds: 901,
      measures: { distance: 'Distance' },
      parallelizationFactor: 2,
    } as unknown as WindowInput;
    expect(() => synthesizeWeb({ window })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: The configuration has 2 mistakes:
        sources.web.window.seconds: 901 is not a length of a window in seconds; expected a whole number from 1 to 900, the longest tumbling window that Lambda has
        sources.web.window.parallelizationFactor: 2 is not possible; expected 1: counting exactly once needs the records of a shard in order, in one invocation at a time; more shards count faster]
    `);
  });

  it('stands in anyone’s own stack', () => {
    const stack = new Stack(new App(), 'Mine');
    new Tidemark(stack, 'Counters', { config: { sources: { web: { event } } }, stage: stages.prod });
    Template.fromStack(stack).hasOutput('SourceWeb', {});
  });
});

describe('the schedule of pruning', () => {
  it('is there where any source has a retention, and nothing else changes', () => {
    const retention = { '1h': '90d' } as const;
    const prune = { at: '04:00', zone: 'Europe/Berlin' };
    const template = synthesize({ sources: { web: { event, retention }, rides: { event } }, prune });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 4 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    const ids = (of: Template) => Object.keys(of.toJSON().Resources);
    const without = ids(synthesize({ sources: { web: { event }, rides: { event } }, prune }));
    const added = ids(template).filter((id) => !without.includes(id));
    expect(added.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'TidemarkWorkflowsPruneNightlyRole',
      'TidemarkWorkflowsPruneNightlySchedule',
    ]);
  });
});

describe('data', () => {
  const kept = ['AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup'];

  it.each(kept)('%s outlives the stack in prod, and goes with it in dev', (type) => {
    for (const resource of Object.values(resourcesOf(prod, type))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    for (const resource of Object.values(resourcesOf(dev, type))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    }
  });

  it('in tables is protected from deletion in prod, or as the source says', () => {
    prod.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    dev.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    const series = { KeySchema: Match.arrayWith([{ AttributeName: 'EventName', KeyType: 'HASH' }]) };
    synthesizeWeb({ table: { deletionProtection: true } }).hasResourceProperties('AWS::DynamoDB::Table', {
      ...series,
      DeletionProtectionEnabled: true,
    });
  });

  it('in tables can be restored to any point in time, and only markers expire', () => {
    for (const template of [dev, prod]) {
      template.allResourcesProperties('AWS::DynamoDB::Table', {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
    const expiring = Object.values(resourcesOf(dev, 'AWS::DynamoDB::Table')).filter(
      ({ Properties }) => Properties.TimeToLiveSpecification !== undefined,
    );
    expect(expiring.map(({ Properties }) => Properties)).toMatchObject([
      {
        KeySchema: [{ AttributeName: 'Source' }, { AttributeName: 'Item' }],
        TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
      },
    ]);
  });

  it('in the bucket is encrypted, closed to the public and taken over TLS alone', () => {
    for (const template of [dev, prod]) {
      template.hasResourceProperties('AWS::S3::Bucket', {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
            }),
          ],
        },
      });
    }
  });

  it('in the bucket keeps old versions in prod alone, for a while', () => {
    prod.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })]),
      },
    });
    dev.hasResourceProperties('AWS::S3::Bucket', { VersioningConfiguration: Match.absent() });
  });
});

describe('the output of a source', () => {
  it('tells operators’ tools where its parts are', () => {
    const revisions = [{ from: '2026-12-01T00:00:00Z', event: { name: 'a.b', time: ['c.d'] } }];
    const { Outputs } = synthesizeWeb({ buckets: ['1h', '5m'], revisions }).toJSON();
    expect(parseDeployedSource(textOf(Outputs.SourceWeb.Value))).toEqual({
      name: 'web',
      position: 0,
      stream: '<TidemarkSourceWebStream>',
      streamArn: '<TidemarkSourceWebStream.Arn>',
      seriesTable: '<TidemarkSourceWebSeriesTable>',
      controlTable: '<TidemarkControlTable>',
      bucket: '<TidemarkDataBucket>',
      count: '<TidemarkSourceWebCountFunction>',
      publish: '<TidemarkSourceWebPublishFunction>',
      dashboard: '<TidemarkSourceWebMonitoringDashboard>',
      buckets: ['5m', '1h'],
      retentionMs: {},
      prune: { keepReplacedMs: 7 * dayMs, writeUnitsPerSecond: 500 },
      event: { name: ['a', 'b'], time: ['c.d'] },
      revisions: [
        { fromMs: 0, event: { name: ['event_type'], time: ['utc_timestamp'] } },
        { fromMs: Date.parse('2026-12-01T00:00:00Z'), event: { name: ['a', 'b'], time: ['c.d'] } },
      ],
    });
  });

  it('tells how it is pruned: of a table with provisioned units half of them at most', () => {
    const retention = { '1m': '2w', window: '30d' } as const;
    const window = { seconds: 90, measures: { distance: 'Distance' } };
    const billing = { readUnits: 5, writeUnits: 101 };
    const web = { event, window, buckets: ['1m', '1h'] as const, retention, table: { billing } };
    const prune = { keepReplaced: '3d' as const, writeUnitsPerSecond: 51 };
    const { Outputs } = synthesize({ sources: { web }, prune }).toJSON();
    expect(parseDeployedSource(textOf(Outputs.SourceWeb.Value))).toMatchObject({
      retentionMs: { '1m': 14 * dayMs, w90: 30 * dayMs },
      prune: { keepReplacedMs: 3 * dayMs, writeUnitsPerSecond: 50 },
    });
  });

  it('tells where the window of a source is, and what it adds up', () => {
    const measures = { distance: 'Distance', magic: 'points.magic' };
    const both = synthesizeWeb({ buckets: ['1h'], window: { seconds: 90, measures } }).toJSON();
    const fields = {
      name: ['event_type'],
      time: ['utc_timestamp'],
      measures: [
        { name: 'distance', path: ['Distance'] },
        { name: 'magic', path: ['points', 'magic'] },
      ],
    };
    const window = { seconds: 90, function: '<TidemarkSourceWebWindowFunction>' };
    expect(parseDeployedSource(textOf(both.Outputs.SourceWeb.Value))).toMatchObject({
      count: '<TidemarkSourceWebCountFunction>',
      buckets: ['1h'],
      window,
      event: fields,
    });
    const alone = synthesizeWeb({ window: { seconds: 90, measures } }).toJSON();
    const deployed = parseDeployedSource(textOf(alone.Outputs.SourceWeb.Value));
    expect(deployed).toMatchObject({ buckets: [], window, event: fields });
    expect(deployed).not.toHaveProperty('count');
  });

  it('is one a source, named after it', () => {
    const { Outputs } = synthesize({ sources: { web: { event }, 'web-shop': { event } } }).toJSON();
    expect(Object.keys(Outputs).sort()).toEqual(['SourceWeb', 'SourceWebShop', 'Workflows']);
  });
});
