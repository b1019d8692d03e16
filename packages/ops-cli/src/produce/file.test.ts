import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileOptions, fileBytes, fileRebaseDays, fileRecords, newFileReport } from './file.ts';

const fields = { name: ['type'], time: ['at'] };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(text: string | Buffer): Promise<string> {
  const path = join(folder, `${Math.random()}.jsonl`);
  await writeFile(path, text);
  return path;
}

async function read(text: string | Buffer, more: Partial<FileOptions> = {}) {
  const report = newFileReport();
  const records: { data: string; partitionKey: string }[] = [];
  for await (const chunk of fileRecords({ path: await written(text), fields, ...more }, report)) {
    records.push(
      ...chunk.map(({ data, partitionKey }) => ({ data: Buffer.from(data).toString('latin1'), partitionKey })),
    );
  }
  return { records, report };
}

test('every line but blank ones is a record, good or not, byte for byte', async () => {
  const { records, report } = await read('{"type":"a","at":"2026-11-02"}\r\n\n  \t\nnot JSON\n\xff\xfe', {});
  expect(records.map(({ data }) => data)).toEqual(['{"type":"a","at":"2026-11-02"}\r', 'not JSON', 'Ã¿Ã¾']);
  expect(report.blankLines).toBe(2);
});

test('the partition key is a digest of the line, or a field where the event has it', async () => {
  const lines = '{"user":{"id":7}}\n{"user":"x"}\nbad\n{"user":{"id":""}}\n';
  const digests = (await read(lines)).records.map(({ partitionKey }) => partitionKey);
  expect(new Set(digests).size).toBe(4);
  expect((await read(lines)).records.map(({ partitionKey }) => partitionKey)).toEqual(digests);
  const own = (await read(lines, { partitionKey: ['user', 'id'] })).records.map(({ partitionKey }) => partitionKey);
  expect(own).toEqual(['7', ...digests.slice(1)]);
});

test('a line that no record can hold is passed over and told', async () => {
  const { records, report } = await read(`a\n${'x'.repeat(1024 * 1024)}\nb`);
  expect(records.map(({ data }) => data)).toEqual(['a', 'b']);
  expect([report.tooLong, report.tooLongCount]).toEqual([[2], 1]);
});

test('rebasing shifts the good events only, and leaves the rest of their lines alone', async () => {
  const text =
    '{"type":"a",  "at":"2015-05-17 10:05:03","x":1.0}\n{"type":7,"at":"2015-05-17"}\nbad\n{"type":"b","at":1431943503}\n';
  const nowMs = Date.parse('2015-05-20T12:00:00Z');
  const shiftDays = await fileRebaseDays(await written(text), fields, nowMs);
  expect(shiftDays).toBe(2);
  const { records, report } = await read(text, { shiftDays: 2 });
  expect(records.map(({ data }) => data)).toEqual([
    '{"type":"a",  "at":"2015-05-19 10:05:03","x":1.0}',
    '{"type":7,"at":"2015-05-17"}',
    'bad',
    '{"type":"b","at":1432116303}',
  ]);
  expect(report.notRebased).toBe(0);
  expect(await fileRebaseDays(await written('bad\n'), fields, nowMs)).toBeUndefined();
});

test('what cannot be read is told in one line', async () => {
  await expect(fileBytes(join(folder, 'absent'))).rejects.toThrow(/absent cannot be read \(ENOENT\)/);
  await expect(fileBytes(folder)).rejects.toThrow('is a folder');
  expect(await fileBytes('-')).toBeUndefined();
  expect(await fileBytes(await written('abc'))).toBe(3);
});
