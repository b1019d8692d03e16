import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figuresOf, figuresToItem, mergeFigures } from '@tidemark/core/series/figures';
import { encodeBucket, type SpanSize } from '@tidemark/core/series/key';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Tables } from '../aws/dynamodb.ts';
import { type LocalTables, startTables } from '../export/tables.fixture.ts';
import { bucketTotals } from '../export/totals.ts';
import { truth } from '../partials.ts';
import { chooseSource } from '../target.ts';
import type { Terminal } from '../terminal.ts';
import { runUnattended } from '../unattended.ts';

const hourMs = 3_600_000;
const startMs = Date.parse('2026-11-02T09:00:00Z');
const huge = 2n ** 53n + 1n;
let tables: LocalTables;
let folder: string;

beforeAll(async () => {
  tables = await startTables([
    { name: 'web', buckets: ['1m', '1h'] },
    { name: 'rides', window: { seconds: 60, function: 'window' }, event: ridesEvent },
    { name: 'silent', buckets: ['1h'] },
    { name: 'huge', buckets: ['1h'] },
  ]);
  const names = ['page view', '=1+1', '\u{1f30a}, "wave"', '\uff21', 'nothing yet'];
  await tables.putControl('web', 'CATALOGUE', { Names: names, Caps: [] });
  await tables.putControl('rides', 'CATALOGUE', { Names: ['Shadowfax', 'Calliope'], Caps: [] });
  // From 11:00 on the recount is true, and what starts before 08:00 is pruned.
  const Ranges = { '1h': [{ FromMs: startMs + 2 * hourMs, Generation: 3 }] };
  await tables.putControl('web', 'TIMELINE', { Version: 2, LastGeneration: 3, Ranges });
  await tables.putControl('web', 'FLOORS', { Floors: { '1h': [{ FromMs: 0, FloorMs: startMs - hourMs }] } });
  await tables.putSeries('web', [
    ...[-2, -1, 0, 1, 2].map((hour) => bucket('page view', hour, 0, '000000000000', 10)),
    bucket('page view', 0, 0, '000000000001', 5),
    bucket('page view', 2, 3, '000000000000', 12),
    bucket('page view', 3, 3, '000000000000', 7),
    bucket('=1+1', 0, 0, '000000000000', 1),
    bucket('\u{1f30a}, "wave"', 0, 0, '000000000000', 2),
    bucket('\uff21', 0, 0, '000000000000', huge),
    bucket('\uff21', 0, 0, '000000000001', 1),
    bucket('$other', 1, 0, '000000000000', 4),
    { ...bucket('page view', 0, 0, '000000000000', 3), Bucket: keyOf('1m', 0, 0, '000000000000') },
  ]);
  await tables.putSeries('rides', rideItems);
});
afterAll(() => tables?.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-export-test-'));
});
// Whatever happened, nothing half-written is left.
afterEach(async () => {
  const left = await readdir(folder);
  await rm(folder, { recursive: true });
  expect(left.filter((name) => name.includes('.part') || name.includes('.rows'))).toEqual([]);
});

const ridesEvent = {
  ...{ name: ['Name'], time: ['StatusTime'] },
  measures: [{ name: 'distance', path: ['Distance'] }],
};
const rideItems = [
  ride('Shadowfax', 0, '000000000000', { distance: [0.1, -4], Health: [300] }),
  ride('Shadowfax', 0, '000000000001', { distance: [0.2] }),
  ride('Shadowfax', 1, '000000000000', { distance: [1e100] }),
  ride('Calliope', 0, '000000000000', { distance: [2 ** 60] }),
];

function keyOf(size: SpanSize, at: number, generation: number, slice: string): string {
  return encodeBucket({ size, generation, startMs: startMs + at, slice });
}

function bucket(EventName: string, hour: number, generation: number, slice: string, EventCount: number | bigint) {
  const Bucket = keyOf('1h', hour * hourMs, generation, slice);
  return { EventName, Bucket, EventCount, LastSequence: '1', WrittenBy: 'live' };
}

function ride(EventName: string, minute: number, slice: string, values: Record<string, number[]>) {
  const measured = Object.entries(values).map(([name, all]) => [
    name,
    figuresToItem(all.map(figuresOf).reduce(mergeFigures)),
  ]);
  const EventCount = values.distance?.length ?? 0;
  const Bucket = keyOf('w60', minute * 60_000, 0, slice);
  return {
    EventName,
    Bucket,
    EventCount,
    Measures: Object.fromEntries(measured),
    LastSequence: '1',
    WrittenBy: 'live',
  };
}

function tidemark(argv: readonly string[], more: Partial<Terminal> = {}) {
  return runUnattended(['export', ...argv], async () => tables.target, more);
}

const hours = [
  ['$other', 1, 4n],
  ['=1+1', 0, 1n],
  ['page view', -1, 10n],
  ['page view', 0, 15n],
  ['page view', 1, 10n],
  ['page view', 2, 12n],
  ['page view', 3, 7n],
  ['\uff21', 0, huge + 1n],
  ['\u{1f30a}, "wave"', 0, 2n],
] as const;

test('csv as counters writes it: true totals, exact, by name and then by time', async () => {
  const { exitCode, out, error } = await tidemark(['--source', 'web']);
  expect([exitCode, error.split('\n')[0]]).toEqual([
    0,
    'Pruned before 2026-11-02T08:00:00Z; `tidemark --local prune restore` brings it back.',
  ]);
  const names: Record<string, string> = { '=1+1': "'=1+1", '\u{1f30a}, "wave"': '"\u{1f30a}, ""wave"""' };
  expect(out.split('\r\n')).toEqual([
    'EventName,EventHour,EventCount',
    ...hours.map(([name, hour, count]) => `${names[name] ?? name},${instantOf(hour)},${count}`),
    '',
  ]);
  const minutes = await tidemark(['--bucket', '1m', '--format', 'csv', '--output', '-']);
  expect(minutes.out).toBe('EventName,EventBucket,EventCount\r\npage view,2026-11-02T09:00:00Z,3\r\n');
});

test('jsonl: one total a line, digits exact', async () => {
  const output = join(folder, 'hours.jsonl');
  const { exitCode, out } = await tidemark(['--output', output, '--json']);
  const text = await readFile(output, 'utf8');
  expect(text).toBe(
    hours
      .map(
        ([name, hour, count]) =>
          `{"event_name":${JSON.stringify(name)},"bucket_size":"1h","bucket_start":"${instantOf(hour).slice(0, 19).replace('T', ' ')}","event_count":${count}}\n`,
      )
      .join(''),
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toEqual({
    ...{ source: 'web', bucketSize: '1h', format: 'jsonl', output, prunedBefore: '2026-11-02T08:00:00Z' },
    ...{ totals: 9, series: 5, bytes: Buffer.byteLength(text), seconds: expect.any(Number), interrupted: false },
    events: Number(huge + 62n),
  });
  // JSON.parse rounds it; the digits are all there.
  expect(out).toContain(`"events":${huge + 62n},`);
});

test('parquet: types and values as an independent reader finds them', async () => {
  const output = join(folder, 'hours.parquet');
  const written = await tidemark(['--output', output]);
  expect([written.exitCode, written.out]).toEqual([0, '']);
  expect(written.error).toMatch(/^Wrote 9 totals of 5 series to .*hours\.parquet: [\d.,]+ (bytes|KB) in /);
  const { rows, types } = await parquet(output);
  expect(types).toEqual({
    event_name: ['BYTE_ARRAY', 'STRING', 'REQUIRED'],
    bucket_size: ['BYTE_ARRAY', 'STRING', 'REQUIRED'],
    bucket_start: ['INT64', 'TIMESTAMP MILLIS UTC', 'REQUIRED'],
    event_count: ['INT64', undefined, 'REQUIRED'],
  });
  expect(rows).toEqual(
    hours.map(([event_name, hour, event_count]) => ({
      ...{ event_name, bucket_size: '1h', bucket_start: new Date(startMs + hour * hourMs), event_count },
    })),
  );
});

test('only the series and the range that are asked for', async () => {
  const range = ['--from', '2026-11-02T10:00Z', '--to', '2026-11-02T12:00:00Z'];
  const { out } = await tidemark(['--series', 'page view', 'nobody', '--series', '$other', ...range]);
  expect(out.split('\r\n').slice(1)).toEqual([
    '$other,2026-11-02T10:00:00Z,4',
    'page view,2026-11-02T10:00:00Z,10',
    'page view,2026-11-02T11:00:00Z,12',
    '',
  ]);
});

test.each([
  ['csv', 'EventName,EventHour,EventCount\r\n'],
  ['jsonl', ''],
])('without totals, %s is %j', async (format, text) => {
  const output = join(folder, `none.${format}`);
  const { exitCode, error } = await tidemark(['--source', 'silent', '--output', output]);
  expect([exitCode, await readFile(output, 'utf8')]).toEqual([0, text]);
  expect(error).toContain('Source silent has no 1h buckets of that time.\nWrote 0 totals of 0 series');
});

test('without totals, parquet has its columns and no row', async () => {
  const output = join(folder, 'none.parquet');
  expect((await tidemark(['--source', 'silent', '--output', output])).exitCode).toBe(0);
  const { rows, types } = await parquet(output);
  expect([rows, Object.keys(types)]).toEqual([[], ['event_name', 'bucket_size', 'bucket_start', 'event_count']]);
});

const shadowfax = { count: 3, sum: -3.7, min: -4, max: 0.2, average: -3.7 / 3 };

test('windows in csv: as windows prints them, measures of older rows in columns of their own', async () => {
  const { out } = await tidemark(['--bucket', 'window']);
  expect(out.split('\r\n')).toEqual([
    'name,windowStart,windowEnd,records,distanceSum,distanceMin,distanceMax,distanceAverage,HealthSum,HealthMin,HealthMax,HealthAverage',
    `Calliope,2026-11-02T09:00:00Z,2026-11-02T09:01:00Z,1,${2 ** 60},${2 ** 60},${2 ** 60},${2 ** 60},,,,`,
    `Shadowfax,2026-11-02T09:00:00Z,2026-11-02T09:01:00Z,3,-3.7,-4,0.2,${-3.7 / 3},300,300,300,300`,
    'Shadowfax,2026-11-02T09:01:00Z,2026-11-02T09:02:00Z,1,1e+100,1e+100,1e+100,1e+100,,,,',
    '',
  ]);
});

test('windows in jsonl and parquet: count, sum, minimum, maximum and average of each measure', async () => {
  const output = join(folder, 'rides.jsonl');
  const summary = await tidemark(['--source', 'rides', '--output', output, '--json']);
  expect(JSON.parse(summary.out)).toMatchObject({
    source: 'rides',
    windowSeconds: 60,
    readings: 5,
    totals: 3,
    series: 2,
  });
  const lines = (await readFile(output, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[1]).toEqual({
    ...{ name: 'Shadowfax', window_start: '2026-11-02 09:00:00', window_end: '2026-11-02 09:01:00', records: 3 },
    measures: { distance: shadowfax, Health: { count: 1, sum: 300, min: 300, max: 300, average: 300 } },
  });
  expect(lines[0].measures).toEqual({
    distance: { count: 1, sum: 2 ** 60, min: 2 ** 60, max: 2 ** 60, average: 2 ** 60 },
  });

  await tidemark(['--source', 'rides', '--output', join(folder, 'rides.parquet')]);
  const { rows, types } = await parquet(join(folder, 'rides.parquet'));
  expect(types).toMatchObject({
    window_end: ['INT64', 'TIMESTAMP MILLIS UTC', 'REQUIRED'],
    records: ['INT64', undefined, 'REQUIRED'],
    distance_count: ['INT64', undefined, 'OPTIONAL'],
    distance_average: ['DOUBLE', undefined, 'OPTIONAL'],
  });
  expect(rows.map(({ name, records, distance_count }) => [name, records, distance_count])).toEqual([
    ['Calliope', 1n, 1n],
    ['Shadowfax', 3n, 3n],
    ['Shadowfax', 1n, 1n],
  ]);
  expect(rows[1]).toMatchObject({
    window_start: new Date(startMs),
    ...{ distance_sum: -3.7, distance_min: -4, distance_max: 0.2, distance_average: -3.7 / 3, health_max: 300 },
  });
  expect([rows[2]?.distance_sum, rows[2]?.health_count, rows[0]?.health_sum]).toEqual([1e100, null, null]);
});

test('a file that is there is replaced with --yes, or when it is asked', async () => {
  const output = join(folder, 'hours.csv');
  await writeFile(output, 'mine');
  expect(await tidemark(['--output', output])).toMatchObject({ exitCode: 2, error: expect.stringContaining('--yes') });
  const no = await tidemark(['--output', output], { ask: async () => 'n' });
  expect([no.exitCode, no.error]).toEqual([1, 'Nothing was done.\n']);
  expect(await readFile(output, 'utf8')).toBe('mine');
  expect((await tidemark(['--output', output], { ask: async () => 'y' })).exitCode).toBe(0);
  const whole = await readFile(output, 'utf8');
  expect(whole).toContain('page view,2026-11-02T09:00:00Z,15\r\n');
  await writeFile(output, 'mine');
  expect((await tidemark(['--output', output, '--yes'])).exitCode).toBe(0);
  expect(await readFile(output, 'utf8')).toBe(whole);
});

test.each(['csv', 'jsonl', 'parquet'])(
  'Ctrl-C in the middle leaves no %s file, and what stood before',
  async (format) => {
    for (const bucketOf of ['1h', 'window']) {
      const output = join(folder, `${bucketOf}.${format}`);
      await writeFile(output, 'mine');
      const ctrlC = new AbortController();
      // As soon as it has begun to write beside what stands there.
      const look = (): void => {
        if (readdirSync(folder).length > 1) ctrlC.abort();
        else setImmediate(look);
      };
      const interruption = () => {
        setImmediate(look);
        return ctrlC.signal;
      };
      const said = await tidemark(['--bucket', bucketOf, '--output', output, '--yes'], { interruption });
      expect([said.exitCode, said.error]).toEqual([130, 'Interrupted: no file was written.\n']);
      expect([await readdir(folder), await readFile(output, 'utf8')]).toEqual([[`${bucketOf}.${format}`], 'mine']);
      await rm(output);
    }
  },
);

test('what is pruned while it is read fails the export', async () => {
  const source = chooseSource(tables.target, 'silent');
  const reading = new Tables(tables.target.client);
  await tables.putSeries('silent', [bucket('$other', 0, 0, '000000000000', 1)]);
  try {
    const reach = {
      tables: reading,
      source,
      truth: await truth(reading, source),
      signal: new AbortController().signal,
    };
    const totals = bucketTotals(reach, { size: '1h' });
    expect((await totals.next()).value).toEqual([{ name: '$other', startMs, count: 1n }]);
    const FloorMs = startMs + hourMs;
    await tables.putControl('silent', 'FLOORS', { Floors: { '1h': [{ FromMs: 0, FloorMs }] } });
    await expect(totals.next()).rejects.toThrow('What is pruned of silent changed while it was read');
  } finally {
    reading.close();
  }
});

test('what is restored below the floor is there, and nothing else below it', async () => {
  await tables.putSeries(
    'silent',
    [-1, 0, 1].map((hour) => bucket('$other', hour, 0, '000000000000', 3)),
  );
  const [FromMs, ToMs, UntilMs] = [startMs, startMs + hourMs, startMs + 100 * hourMs];
  const Floors = { '1h': [{ FromMs: 0, FloorMs: ToMs }] };
  await tables.putControl('silent', 'FLOORS', { Floors, Restored: { '1h': [{ FromMs, ToMs, UntilMs, Run: 'r' }] } });
  const output = join(folder, 'restored.csv');
  const { out } = await tidemark(['--source', 'silent', '--output', output, '--json']);
  expect((await readFile(output, 'utf8')).split('\r\n').slice(1, -1)).toEqual([
    '$other,2026-11-02T09:00:00Z,3',
    '$other,2026-11-02T10:00:00Z,3',
  ]);
  const restored = [expect.objectContaining({ from: '2026-11-02T09:00:00Z', to: '2026-11-02T10:00:00Z' })];
  expect(JSON.parse(out)).toMatchObject({ prunedBefore: '2026-11-02T10:00:00Z', restored });
});

test('a count that no 64-bit integer holds fails in parquet, and leaves no file', async () => {
  await tables.putSeries('huge', [bucket('$other', 0, 0, '000000000000', 2n ** 63n)]);
  const output = join(folder, 'hours.parquet');
  const failed = await tidemark(['--source', 'huge', '--output', output]);
  expect([failed.exitCode, failed.error]).toEqual([
    1,
    `a count of ${2n ** 63n} does not fit Parquet's 64-bit integers: export to csv or jsonl\n`,
  ]);
  expect(await readdir(folder)).toEqual([]);
  expect((await tidemark(['--source', 'huge'])).out).toContain(`,${2n ** 63n}\r\n`);
});

test.each([
  [['--format', 'parquet'], '--format parquet: a Parquet file is not text; name it with --output'],
  [['--json'], '--json: the summary goes to standard output; name a file for the totals with --output'],
  [['--output', 'a.csv', '--format', 'jsonl'], '--output: a.csv is called csv, and --format says jsonl'],
  [['--output', '/'], '--output: / is no file; expected the path of one to write'],
  [['--source', 'web', '--bucket', 'window'], '--bucket: source web has no window; expected one of: 1m, 1h'],
  [['--source', 'rides', '--bucket', '1h'], '--bucket: source rides has no 1h; expected one of: window'],
])('%j is refused', async (argv, message) => {
  expect(await tidemark(argv)).toEqual({ exitCode: 2, out: '', error: `${message}\n` });
});

test('a folder that is not there is told in a line', async () => {
  const output = join(folder, 'nowhere', 'hours.csv');
  const { exitCode, error } = await tidemark(['--output', output]);
  expect([exitCode, error]).toEqual([1, `--output: ${output} cannot be written: there is no such folder\n`]);
});

function instantOf(hour: number): string {
  return `${new Date(startMs + hour * hourMs).toISOString().slice(0, 19)}Z`;
}

async function parquet(path: string) {
  const file = await asyncBufferFromFile(path);
  const { children } = parquetSchema(await parquetMetadataAsync(file));
  const types = children.map(({ element: { name, type, logical_type: logical, repetition_type } }) => {
    const stamp = logical?.type === 'TIMESTAMP' ? ` ${logical.unit} ${logical.isAdjustedToUTC ? 'UTC' : 'local'}` : '';
    return [name, [type, logical && `${logical.type}${stamp}`, repetition_type]] as const;
  });
  const rows: Record<string, unknown>[] = await parquetReadObjects({ file });
  return { rows, types: Object.fromEntries(types) };
}
