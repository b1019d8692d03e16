import { rm } from 'node:fs/promises';
import { writeAssembly } from '@tidemark/local/template/written-assembly';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synthesize } from '../test/assembly.ts';
import { synthesizedSource } from './sources.ts';

let assembly: string;
let empty: string;
beforeAll(async () => {
  assembly = await synthesize('windows');
  empty = await writeAssembly({ Resources: { Logs: { Type: 'AWS::Logs::LogGroup' } } });
});
afterAll(() => Promise.all([assembly, empty].map((folder) => rm(folder, { recursive: true }))));

test('what a source is can be told before anything runs', async () => {
  expect(await synthesizedSource(assembly, undefined)).toMatchObject({
    ...{ name: 'rides', buckets: [], window: { seconds: 60 } },
    event: { name: ['Name'], time: ['StatusTime'], measures: [{ name: 'distance', path: ['Distance'] }, {}, {}] },
  });
  expect(await synthesizedSource(assembly, 'both')).toMatchObject({ name: 'both', buckets: ['1m', '1h'] });
});

test('a source that is not there, a stack without sources, and no assembly at all', async () => {
  await expect(synthesizedSource(assembly, 'web')).rejects.toThrow(
    '--source: "web" is not a source of stage dev; expected one of: rides, short, both',
  );
  await expect(synthesizedSource(empty, undefined)).rejects.toThrow('Small-test has no outputs');
  await expect(synthesizedSource('/absent', undefined)).rejects.toThrow(/No cloud assembly in \/absent/);
});
