import type { ArchiveInput } from '@tidemark/core/config/input';
import { describe, expect, it } from 'vitest';
import { event, resourcesOf, synthesize } from '../../test/synthesize.ts';

/** The lifecycle rules of the bucket by their ids, with archives of two sources. */
function rulesOf(web: ArchiveInput | undefined, stage: 'dev' | 'prod' = 'dev'): Record<string, unknown> {
  const sources = { web: { event, ...(web === undefined ? {} : { archive: web }) }, rides: { event } };
  const [bucket] = Object.values(resourcesOf(synthesize({ sources }, stage), 'AWS::S3::Bucket'));
  const { Rules = [] } = (bucket?.Properties.LifecycleConfiguration ?? {}) as { Rules?: { Id: string }[] };
  return Object.fromEntries(Rules.map(({ Id, ...rule }) => [Id, rule]));
}

const cold = (TransitionInDays: number) => ({ Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays }] });

describe('the archive of a source', () => {
  it.each<[string, ArchiveInput, object]>([
    ['by default', {}, cold(30)],
    ['sooner', { coldAfterDays: 1 }, cold(1)],
    ['and is deleted later', { expireAfterDays: 365 }, { ...cold(30), ExpirationInDays: 365 }],
    ['never, when it is deleted before', { expireAfterDays: 14 }, { ExpirationInDays: 14 }],
    ['as both say', { coldAfterDays: 7, expireAfterDays: 8 }, { ...cold(7), ExpirationInDays: 8 }],
  ])('moves to colder storage %s', (_when, archive, rule) => {
    expect(rulesOf(archive)['archive-web']).toEqual({ Prefix: 'archive/web/', Status: 'Enabled', ...rule });
  });

  it('has a rule of its own, and sources without archive none', () => {
    expect(Object.keys(rulesOf({}))).toEqual(['abandoned-uploads', 'archive-web']);
    expect(Object.keys(rulesOf(undefined))).toEqual(['abandoned-uploads']);
  });

  it('loses the older versions of its objects with all others where data is retained', () => {
    const rules = rulesOf({}, 'prod');
    expect(Object.keys(rules)).toEqual(['abandoned-uploads', 'old-versions', 'archive-web']);
    expect(rules['old-versions']).toEqual({
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      Status: 'Enabled',
    });
  });
});
