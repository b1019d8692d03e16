import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowTotal } from '@tidemark/core/series/window-total';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileDestination, lookAt, standardOutput } from './destination.ts';
import { WindowScratch } from './scratch.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-destination-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is there when it is committed, and not before', async () => {
  const path = join(folder, 'a.csv');
  const destination = await fileDestination(path, false);
  await destination.write('é\n');
  await destination.write(Buffer.from('b'));
  const before = await readdir(folder);
  expect(before).toEqual([expect.stringMatching(/^a\.csv\.[0-9a-f]{8}\.part$/)]);
  await destination.commit();
  expect([await readdir(folder), await readFile(path, 'utf8'), destination.bytes]).toEqual([['a.csv'], 'é\nb', 4]);
});

test('a file that has come there in the meantime is not replaced', async () => {
  const path = join(folder, 'a.csv');
  const destination = await fileDestination(path, false);
  await destination.write('ours');
  await writeFile(path, 'theirs');
  await expect(destination.commit()).rejects.toThrow('has come to be there in the meantime');
  await destination.discard();
  expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['a.csv'], 'theirs']);
});

test('what a link points at is replaced, and the link stays', async () => {
  await mkdir(join(folder, 'data'));
  const file = join(folder, 'data', 'a.csv');
  const linked = join(folder, 'a.csv');
  await writeFile(file, 'before');
  await symlink(file, linked);
  const { path, isThere } = await lookAt(linked);
  expect(isThere).toBe(true);
  const destination = await fileDestination(path, isThere);
  await destination.write('after');
  await destination.commit();
  expect([await readFile(file, 'utf8'), await readlink(linked)]).toEqual(['after', file]);
});

test.each(['/', '/dev/null'])('%s is no file to write', async (path) => {
  await expect(lookAt(path)).rejects.toThrow('is no file');
});

test('standard output waits until its reader has taken what was written', async () => {
  let text = '';
  let open = (): void => {};
  const terminal = {
    ...{ note: () => {}, live: false, interactive: false, columns: 80 },
    interruption: () => new AbortController().signal,
    write: (more: string) => {
      text += more;
    },
    taken: () =>
      new Promise<void>((resolve) => {
        open = resolve;
      }),
  };
  const destination = standardOutput(terminal);
  let isDone = false;
  const writing = destination.write('abc').then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect([text, isDone]).toEqual(['abc', false]);
  open();
  await writing;
  expect([isDone, destination.bytes]).toEqual([true, 3]);
});

test('windows that wait in a scratch file come back as they were, and leave nothing', async () => {
  const startMs = Date.parse('2026-11-02T09:00:00Z');
  const figures = { count: 3, sum: 0.1 + 0.2, minimum: -1e-100, maximum: 1e100, average: 5e-324 };
  const total = (name: string, measures: WindowTotal['measures']): WindowTotal => ({
    ...{ name, startMs, endMs: startMs + 60_000, records: 3 },
    measures,
  });
  const totals = [
    total('a', new Map([['distance', figures]])),
    total('two\n\u2028lines', new Map()),
    total(
      '\u{1f30a}',
      new Map([
        ['Health', figures],
        ['distance', figures],
      ]),
    ),
  ];
  const scratch = await WindowScratch.open(folder);
  expect(await readdir(folder)).toEqual([]);
  await scratch.add(totals.slice(0, 2));
  await scratch.add(totals.slice(2));
  const back: WindowTotal[] = [];
  for await (const rows of scratch.rows()) back.push(...rows);
  expect([back, [...scratch.measures]]).toEqual([totals, ['distance', 'Health']]);
  await scratch.close();
});
