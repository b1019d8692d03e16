import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveTidemark } from '@tidemark/core/config/resolve';
import { App, Stack } from 'aws-cdk-lib/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event } from '../../test/synthesize.ts';
import { bundleFolder, withFunctionCode } from './code.ts';

const window = { seconds: 60, measures: { distance: 'Distance' } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-code-'));
  cpSync(bundleFolder('count'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function sourceOf(settings: Record<string, unknown>) {
  const [source] = resolveTidemark({ sources: { web: { event, ...settings } } }).sources;
  if (source === undefined) throw new Error('one source was configured');
  return source;
}

/** Key of the asset that holds the bundle in `folder` with a source of these settings. */
function keyOf(settings: Record<string, unknown> = {}): string | undefined {
  const stack = new Stack(new App(), 'Stack');
  return withFunctionCode(folder, sourceOf(settings), (code) => code.bind(stack).s3Location?.objectKey);
}

describe('the code of a function', () => {
  it('is the same for the same bundle and source, whenever it is made', () => {
    const first = keyOf();
    // A copy with other times of change.
    cpSync(join(folder, 'index.mjs'), join(folder, 'copy.mjs'));
    cpSync(join(folder, 'copy.mjs'), join(folder, 'index.mjs'));
    expect(keyOf()).toBe(first);
  });

  it('is not the same for another bundle', () => {
    const first = keyOf();
    writeFileSync(join(folder, 'index.mjs'), 'export const handler = () => {};\n');
    expect(keyOf()).not.toBe(first);
  });

  it.each([
    ['fields', { event: { name: 'kind', time: 'utc_timestamp' } }],
    ['bucket sizes', { buckets: ['1m'] }],
    ['cap', { maxSeries: 201 }],
    ['window', { buckets: ['1m', '1h'], window }],
  ])('is not the same for other %s', (_what, settings) => {
    expect(keyOf(settings)).not.toBe(keyOf());
  });

  it.each([
    ['a default written out', { maxSeries: 200, buckets: ['1h', '1m'] }],
    ['another memory size', { count: { memoryMb: 1024 } }],
    ['an archive', { archive: {} }],
    ['another table', { table: { pointInTimeRecovery: false } }],
  ])('is the same for %s', (_what, settings) => {
    expect(keyOf(settings)).toBe(keyOf());
  });

  it.each([
    ['length of the window', { window: { ...window, seconds: 30 } }],
    ['measures', { window: { ...window, measures: { distance: 'Way' } } }],
  ])('is not the same for another %s', (_what, settings) => {
    expect(keyOf(settings)).not.toBe(keyOf({ window }));
  });

  it('is the same for another memory size of the window', () => {
    expect(keyOf({ window: { ...window, memoryMb: 1024 } })).toBe(keyOf({ window }));
  });

  it('holds nothing beside bundle, map and source', () => {
    const first = keyOf();
    writeFileSync(join(folder, 'README.md'), 'Read me.\n');
    expect(keyOf()).toBe(first);
  });
});
