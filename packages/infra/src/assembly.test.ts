import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { namedAssets, removeOldAssets } from './assembly.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes an assembly of these assets over the one that stands there, as the CDK does. */
function synthesize(...assets: string[]): void {
  const before = namedAssets(folder);
  for (const asset of assets) mkdirSync(join(folder, asset), { recursive: true });
  const files = Object.fromEntries(assets.map((path) => [path, { source: { path } }]));
  writeFileSync(join(folder, 'Tidemark-dev.assets.json'), JSON.stringify({ files }));
  removeOldAssets(folder, before);
}

function assets(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('asset.'));
}

it('keeps the assets of this synthesis and of the one before it', () => {
  synthesize('asset.a', 'asset.b');
  expect(assets()).toEqual(['asset.a', 'asset.b']);
  synthesize('asset.a', 'asset.c');
  expect(assets()).toEqual(['asset.a', 'asset.b', 'asset.c']);
  synthesize('asset.a', 'asset.d');
  expect(assets()).toEqual(['asset.a', 'asset.c', 'asset.d']);
  synthesize('asset.a', 'asset.d');
  expect(assets()).toEqual(['asset.a', 'asset.d']);
});

it('finds nothing where no assembly stands yet', () => {
  expect(namedAssets(join(folder, 'absent'))).toEqual(new Set());
});
