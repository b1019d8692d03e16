import { describe, expect, it } from 'vitest';
import { event, resourcesOf, statementsOf, synthesize } from '../test/synthesize.ts';

const access = { producers: ['arn:aws:iam::123456789012:role/p'], readers: ['arn:aws:iam::123456789012:role/r'] };
const template = synthesize({ sources: { web: { event, access }, rides: { event, access } } });

describe('a source', () => {
  it('may have the name of what all sources share', () => {
    const { Outputs } = synthesize({ sources: { control: { event }, data: { event } } }).toJSON();
    expect(Object.keys(Outputs).sort()).toEqual(['SourceControl', 'SourceData']);
  });
});

describe('two sources', () => {
  it('share the Control table and the bucket, and nothing else', () => {
    const shared = Object.keys(template.toJSON().Resources).filter((id) => !/^TidemarkSource(Web|Rides)/.test(id));
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
    expect(onControl).toHaveLength(3);
    for (const { Condition } of onControl) {
      expect(Condition).toEqual({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [own.toLowerCase()] } });
    }
  });

  it('have each its own code, with its own configuration', () => {
    const keys = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) =>
      JSON.stringify(Properties.Code),
    );
    expect(new Set(keys).size).toBe(4);
  });
});
