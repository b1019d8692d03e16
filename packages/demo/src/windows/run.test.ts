import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import pico from 'picocolors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synthesize } from '../../test/assembly.ts';
import { type DemoEngine, startDemoEngine } from '../engine.ts';
import type { DemoOptions } from '../options.ts';
import { synthesizedSource } from '../sources.ts';
import { planReadings } from './plan.ts';
import { renderReport, reportJson } from './report.ts';
import { isExact, runWindows, type WindowResult, type WindowRun } from './run.ts';

const runMsMax = 120_000;
let assembly: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-windows-'));
  assembly = await synthesize('windows');
}, runMsMax);
afterAll(() => Promise.all([folder, assembly].map((each) => rm(each, { recursive: true }))));

const signal = new AbortController().signal;
const defaults = { seed: 7, rebase: false, json: false, pace: 300 };
const screen = { colours: pico.createColors(false), columns: 100 };

/** On an engine of its own, whose clock begins with the readings. */
async function run(
  given: Partial<DemoOptions>,
  { before, ...more }: Partial<WindowRun> & { readonly before?: (engine: DemoEngine) => Promise<void> } = {},
): Promise<WindowResult> {
  const options = { ...defaults, ...given };
  const plan = await planReadings(options, await synthesizedSource(assembly, options.source));
  const engine = await startDemoEngine({ assembly, environment: process.env, startMs: plan.firstMs });
  try {
    expect(engine.now()).toBe(plan.firstMs);
    await before?.(engine);
    return await runWindows(engine, options, plan, { signal, ...more });
  } finally {
    await engine.stop();
  }
}

test('ten minutes of unicorns: every figure of every window, and CloudWatch’s, equal what was sent', {
  timeout: runMsMax,
}, async () => {
  const path = join(folder, 'windows.csv');
  const clock: number[] = [];
  const result = await run({ source: 'rides', export: path }, { onMoment: (_, __, nowMs) => clock.push(nowMs) });
  expect(result.verdict).toMatchObject({ differences: [], faults: [], late: 0, statistics: { differences: [] } });
  expect(isExact(result)).toBe(true);
  // Four unicorns in ten windows, one in eight.
  const { rows, sums, equalSums, statistics } = result.verdict;
  expect([rows, sums, equalSums, statistics.sets]).toEqual([48, 144, 144, 144]);
  const { ledger, windows } = result.watched.reading;
  expect(ledger.Received).toBe(2_850);
  expect(ledger.Quarantined).toBeGreaterThan(0);
  expect(ledger.Counted + ledger.Quarantined).toBe(2_850);
  expect(windows).toHaveLength(48);
  expect(clock).toEqual(clock.toSorted((one, other) => one - other));

  const lines = (await readFile(path, 'utf8')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(49);
  expect(lines[0]).toBe(
    'name,windowStart,windowEnd,records,distanceSum,distanceMin,distanceMax,distanceAverage,healthSum,healthMin,healthMax,healthAverage,magicSum,magicMin,magicMax,magicAverage',
  );
  expect(lines[1]).toMatch(/^Amalthea,2026-11-02T09:00:00Z,2026-11-02T09:01:00Z,\d\d,/);
  expect(reportJson(result)).toEqual({
    ...{ sent: 2_850, counted: ledger.Counted, quarantined: ledger.Quarantined, redelivered: ledger.Redelivered },
    ...{ rows: 48, mismatches: 0, seconds: expect.any(Number), late: 0, sums: 144, equalSums: 144 },
  });
  const report = renderReport(result, { ...defaults, source: 'rides', export: path }, screen);
  expect(report).toContain('144 of 144 of them to the last bit');
  for (const line of report.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  const narrow = renderReport(result, { ...defaults, source: 'rides' }, { ...screen, columns: 60 });
  const table = narrow.slice(0, narrow.indexOf('\nSent '));
  for (const line of table.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
  expect(table).toContain('average');
  expect(report).toMatch(/Xanthos +4\d\d +8 +distance/);
});

test('a file whose times go backwards, for a source with buckets too', { timeout: runMsMax }, async () => {
  const path = join(folder, 'backwards.jsonl');
  const line = (name: string, time: string, distance: unknown): string =>
    JSON.stringify({ Name: name, StatusTime: time, Distance: distance, HealthPoints: -1, MagicPoints: 0.5 });
  await writeFile(
    path,
    [
      line('late', '2015-06-18 10:02:30', 1e100),
      line('early', '2015-06-18T10:00:00Z', 0.1),
      'torn',
      line('early', '2015-06-18T12:00:59.999+02:00', 0.2),
      line('late', '2015-06-18 10:02:59', -1e100),
      line('late', '2015-06-18 10:02:59', 1),
      line('early', '2015-06-18 10:05:00', '0.3'),
      line('=late', '2015-06-18 10:01:00', 5),
    ].join('\n'),
  );
  const result = await run({ source: 'both', file: path, export: join(folder, 'counts.csv'), bucket: '1m' });
  expect(result.verdict).toMatchObject({
    differences: [],
    faults: [],
    late: 0,
    counts: { differences: [], faults: [] },
  });
  expect(isExact(result)).toBe(true);
  expect(result.plan.remarks).toHaveLength(2);
  const figures = result.watched.reading.windows.map(({ name, startMs, records, measures }) => [
    ...[name, new Date(startMs).toISOString().slice(11, 16), records, measures.get('distance')?.sum],
  ]);
  expect(figures).toEqual([
    ['=late', '10:01', 1, 5],
    ['early', '10:00', 2, 0.30000000000000004],
    // Exact: a sum in the order of arrival would be 0.
    ['late', '10:02', 3, 1],
  ]);
  expect(await readFile(join(folder, 'counts.csv'), 'utf8')).toContain('early,2015-06-18T10:00:00Z,2\r\n');
  expect(renderReport(result, defaults, screen)).toMatch(/Compared \d+ counts of buckets: all equal/);
  expect(reportJson(result)).toMatchObject({ sent: 8, counted: 6, quarantined: 2, mismatches: 0 });
});

test('windows shorter than a minute', { timeout: runMsMax }, async () => {
  const result = await run({ source: 'short', events: 700, pace: 100 });
  expect(result.verdict).toMatchObject({ differences: [], faults: [], statistics: { differences: [] } });
  expect(isExact(result)).toBe(true);
  expect(result.verdict.rows).toBeGreaterThan(5 * 5);
});

test('a reading that nobody sent is a difference everywhere', { timeout: runMsMax }, async () => {
  const result = await run(
    { source: 'short', events: 50 },
    {
      before: async (engine) => {
        const target = await engineTarget(engine.endpoint, engine.stage, engine.region);
        const kinesis = new Kinesis(target.client);
        const stray = { Name: 'Nobody', StatusTime: '2026-11-02 09:00:00', Distance: 7 };
        const record = { data: Buffer.from(JSON.stringify(stray)), partitionKey: 'stray' };
        await kinesis.putRecords(chooseSource(target, 'short').stream)([record]);
        kinesis.close();
      },
    },
  );
  expect(isExact(result)).toBe(false);
  expect(result.verdict.differences).toMatchObject([{ name: 'Nobody', figure: 'records', found: 1 }]);
  expect(result.verdict.faults).toEqual([
    'the ledger says received 51, expected 50',
    expect.stringMatching(/the ledger says counted \d+, expected \d+/),
    'the stream holds 1 record that nobody sent, or not at that time',
  ]);
  const report = renderReport(result, defaults, screen);
  expect(report).toMatch(/Nobody +2026-11-02T09:00:00Z +records +none +1/);
  expect(reportJson(result)).toMatchObject({ sent: 50, mismatches: 4 });
});

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const isThere = existsSync(join(data, 'unicorns.jsonl'));
if (!isThere) console.warn(`Skipped: no unicorns.jsonl in ${data}`);

test.skipIf(!isThere)(
  'readings that others made, and figures that another program found in them',
  {
    timeout: runMsMax,
  },
  async () => {
    const result = await run({ source: 'rides', file: join(data, 'unicorns.jsonl') });
    expect(isExact(result)).toBe(true);
    const [, ...lines] = (await readFile(join(data, 'unicorns.minute.csv'), 'utf8')).trimEnd().split(/\r?\n/);
    const rows = new Map(
      result.watched.reading.windows.map((row) => [
        `${row.name},${new Date(row.startMs).toISOString().replace('.000', '')}`,
        row,
      ]),
    );
    expect(lines.length).toBeGreaterThan(40);
    expect(rows.size).toBe(lines.length);
    for (const line of lines) {
      const [name, windowStart, ...figures] = line.split(',');
      const [records, distance = Number.NaN, ...extremes] = figures.map(Number);
      const row = rows.get(`${name},${windowStart}`);
      expect(row?.records, line).toBe(records);
      const { health, magic } = Object.fromEntries(row?.measures ?? []);
      expect([health?.minimum, health?.maximum, magic?.minimum, magic?.maximum], line).toEqual(extremes);
      const sum = row?.measures.get('distance')?.sum ?? Number.NaN;
      expect(Math.abs(sum - distance), line).toBeLessThanOrEqual(1e-9 * Math.abs(distance));
    }
  },
);
