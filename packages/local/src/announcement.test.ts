import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { announce } from './announcement.ts';

const engine = { id: 'an-id', endpoint: 'http://127.0.0.1:1', stackName: 'Tidemark-dev', region: 'us-east-1' };

test('says where the engine is until it is taken back, and sweeps up after dead ones', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tidemark-announce-'));
  const folder = join(root, '.tidemark/engines');
  announce(root, { ...engine, id: 'other' });
  await writeFile(join(folder, 'dead.json'), JSON.stringify({ id: 'dead', pid: 2 ** 22 + 1 }));
  await writeFile(join(folder, 'broken.json'), '{');
  // Of an engine that announces itself at the same moment.
  await writeFile(join(folder, 'beside.json.new'), '');
  const withdraw = announce(root, engine);
  expect((await readdir(folder)).sort()).toEqual(['an-id.json', 'beside.json.new', 'other.json']);
  expect(JSON.parse(await readFile(join(folder, 'an-id.json'), 'utf8'))).toEqual({
    ...{ id: 'an-id', endpoint: 'http://127.0.0.1:1', pid: process.pid, stage: 'dev', region: 'us-east-1' },
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  withdraw();
  expect(await readdir(folder)).toEqual(['beside.json.new', 'other.json']);
  await rm(root, { recursive: true });
});
