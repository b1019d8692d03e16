import { describe, expect, it } from 'vitest';
import { event, resourcesOf, statementsOf, synthesize, synthesizeWeb } from '../test/synthesize.ts';

const access = { producers: ['arn:aws:iam::123456789012:role/p'], readers: ['arn:aws:iam::123456789012:role/r'] };
const window = { seconds: 60, measures: { distance: 'Distance' } };
const both = { event, access, window, buckets: ['1m'] as const, archive: {} };
const template = synthesize({ sources: { web: both, rides: both } });

describe('a source', () => {
  it('may have the name of what all sources share', () => {
    const { Outputs } = synthesize({ sources: { control: { event }, data: { event } } }).toJSON();
    expect(Object.keys(Outputs).sort()).toEqual(['SourceControl', 'SourceData', 'Workflows']);
  });
});

describe('the functions of a source', () => {
  it.each([
    ['buckets', {}, ['WebCount', 'WebPublish']],
    ['a window', { window }, ['WebPublish', 'WebWindow']],
    ['both', { window, buckets: ['1m'] as const }, ['WebCount', 'WebPublish', 'WebWindow']],
    ['an archive', { archive: {} }, ['WebArchive', 'WebCount', 'WebPublish']],
  ])('with %s, each with its log group, role and mapping', (_what, settings, parts) => {
    const template = synthesizeWeb(settings);
    const idsOf = (type: string) =>
      Object.keys(resourcesOf(template, type))
        .filter((id) => id.startsWith('TidemarkSource'))
        .map((id) => id.replace(/[0-9A-F]{8}$/, ''));
    const expected = (kind: string) => parts.map((part) => `TidemarkSource${part}${kind}`);
    // Beside those that follow a stream there is one that is called.
    const all = (kind: string) => [...expected(kind), `TidemarkSourceWebRecount${kind}`].sort();
    expect(idsOf('AWS::Lambda::Function').sort()).toEqual(all('Function'));
    expect(idsOf('AWS::Lambda::EventSourceMapping').sort()).toEqual(expected('Mapping'));
    expect(idsOf('AWS::Logs::LogGroup').sort()).toEqual(all('Logs'));
    const pipeRole = 'TidemarkSourceWebRecountPipeRole';
    expect(idsOf('AWS::IAM::Role').sort()).toEqual([...all('Role'), pipeRole].sort());
  });
});

describe('two sources', () => {
  it('share the Control table, the bucket, the workflows, escalation, the looks at their health and nothing else', () => {
    const shared = Object.keys(template.toJSON().Resources).filter(
      (id) => !/^Tidemark(Source(Web|Rides)|Workflows|Escalation|Alarms|Health)/.test(id),
    );
    expect(shared.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'TidemarkControlTable',
      'TidemarkDataBucket',
      'TidemarkDataBucketPolicy',
    ]);
  });

  it.each([
    ['Web', 'Rides'],
    ['Rides', 'Web'],
  ])('the parts of %s name no part of %s', (own, other) => {
    const parts = Object.entries(template.toJSON().Resources).filter(([id]) => id.startsWith(`TidemarkSource${own}`));
    expect(parts.length).toBeGreaterThan(10);
    for (const [, resource] of parts) expect(JSON.stringify(resource)).not.toContain(`TidemarkSource${other}`);
  });

  it.each(['Web', 'Rides'])('roles of %s reach their own items of the Control table alone', (own) => {
    const onControl = statementsOf(template, `TidemarkSource${own}`).filter(
      ({ Resource }) => Resource === '<TidemarkControlTable.Arn>',
    );
    expect(onControl).toHaveLength(6);
    for (const { Condition } of onControl) {
      expect(Condition).toEqual({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [own.toLowerCase()] } });
    }
  });

  it('have each its own code, with its own configuration', () => {
    const keys = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) =>
      JSON.stringify(Properties.Code),
    );
    // Of each source five, three of the workflows, one that looks at health, and two of escalation.
    expect(new Set(keys).size).toBe(16);
  });
});
