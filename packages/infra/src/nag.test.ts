import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceInput } from '@tidemark/core/config/input';
import { App, CfnResource, type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event } from '../test/synthesize.ts';
import { TidemarkStack } from './stack.ts';
import { type StageName, stages } from './stage.ts';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'tidemark-nag-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

const access = {
  producers: ['arn:aws:iam::123456789012:role/p'],
  readers: ['arn:aws:iam::123456789012:root'],
  operators: ['arn:aws:iam::123456789012:root'],
};

const window = { seconds: 60, measures: { distance: 'Distance', health: 'points.health' } };

/**
 * What cdk-nag's AwsSolutions rules find in a stack, and what the CDK finds that disagrees with CloudFormation's own schemas of
 * resources. `change` may spoil the stack.
 */
function findingsIn(
  stage: StageName,
  web: Partial<SourceInput> = {},
  change: (stack: Stack) => void = () => {},
): string[] {
  const app = new App({ outdir, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  const retention = { '1h': '90d' } as const;
  const sources = { web: { event, access, retention, ...web }, rides: { event, access, window, archive: {} } };
  change(new TidemarkStack(app, { sources }, stages[stage]));
  try {
    app.synth();
  } catch {
    // Synthesis fails where anything is found; what was found stands in the report.
  }
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const violations = (pluginReports as { violations: { ruleName: string }[] }[]).flatMap((report) => report.violations);
  return violations.map(({ ruleName }) => ruleName);
}

describe('the rules of cdk-nag and of CloudFormation', () => {
  it.each(['dev', 'prod'] as const)('find nothing in %s', (stage) => {
    expect(findingsIn(stage)).toEqual([]);
  });

  it('find nothing where every setting is set', () => {
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/k';
    const stream = { shards: 2, retentionHours: 48, encryption: key };
    const table = { billing: { readUnits: 1, writeUnits: 1 }, encryption: key };
    const count = { reservedConcurrency: 1, retries: 1, maximumRecordAgeSeconds: 60, batchWindowSeconds: 0 };
    const bounded = { ...access, rolePath: '/counting/', permissionsBoundary: 'arn:aws:iam::123456789012:policy/b' };
    const archive = { ...count, coldAfterDays: 1, expireAfterDays: 365 };
    const functions = { count, publish: count, window: { ...window, ...count, seconds: 900 }, archive };
    const retention = { '1m': '1d', window: '1d' } as const;
    const settings = { ...functions, retention, buckets: ['1m'] as const };
    expect(findingsIn('prod', { stream, table, access: bounded, ...settings })).toEqual([]);
  });

  it('find a stream in the clear', () => {
    expect(findingsIn('dev', { stream: { encryption: 'none' } })).toEqual(['AwsSolutions-KDS1']);
  });

  it('find a property that CloudFormation does not know', () => {
    const type = 'AWS::Kinesis::Stream';
    expect(
      findingsIn('dev', {}, (stack) => new CfnResource(stack, 'Odd', { type, properties: { Shards: 1 } })),
    ).toContain('F3002');
  });
});
