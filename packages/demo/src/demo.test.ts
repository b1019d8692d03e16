import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Expectation } from '@tidemark/core/generate/expectation';
import { generateEvents } from '@tidemark/core/generate/generator';
import { csvLines } from '@tidemark/core/series/csv';
import { compareNames } from '@tidemark/core/series/total';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import pico from 'picocolors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../test/assembly.ts';
import { runCommand } from './command.ts';
import { isExact, runDemo } from './demo.ts';
import { type DemoEngine, startDemoEngine } from './engine.ts';
import type { DemoOptions } from './options.ts';
import { renderReport, reportJson } from './report.ts';

const startMsMax = 120_000;
const runMsMax = 120_000;
let assembly: string;
let folder: string;
let engine: DemoEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-demo-'));
  assembly = await synthesize();
  engine = await startDemoEngine({ assembly, environment: process.env });
}, startMsMax);

afterAll(async () => {
  await engine?.stop();
  for (const each of [folder, assembly]) if (each !== undefined) await rm(each, { recursive: true });
}, startMsMax);

const signal = new AbortController().signal;
const run = (options: Partial<DemoOptions>) =>
  runDemo(engine, { seed: 1, rebase: false, json: false, ...options }, { signal });
const screen = { live: false, columns: 100, colours: pico.createColors(false) };

function tidemark(...argv: string[]) {
  return runCommand(engine, argv);
}

describe('generated events', () => {
  test('every count of every size equals what was sent, and CloudWatch has them all', {
    timeout: runMsMax,
  }, async () => {
    const moments: number[] = [];
    const result = await runDemo(
      engine,
      { events: 4_000, seed: 7, rebase: false, json: false, source: 'web' },
      { signal, onMoment: ({ sent }) => moments.push(sent) },
    );
    expect(result.verdict).toMatchObject({ differences: [], faults: [] });
    expect(isExact(result)).toBe(true);
    const { ledger, metric, unpublished } = result.watched.reading;
    expect(ledger.Received).toBe(4_000);
    expect(ledger.Quarantined).toBeGreaterThan(0);
    expect(unpublished).toBe(0);
    expect([...metric.values()].reduce((sum, each) => sum + each, 0)).toBe(ledger.Counted);
    expect(moments.at(-1)).toBe(4_000);
    const { sent, counted, quarantined, rows, mismatches } = reportJson(result) as Record<string, number>;
    expect([sent, (counted ?? 0) + (quarantined ?? 0), mismatches]).toEqual([4_000, 4_000, 0]);
    expect(rows).toBeGreaterThan(100);
    expect(renderReport(result, { seed: 7, rebase: false, json: false }, screen)).toContain('all equal');
  });

  test('nested fields, other sizes, and more names than the cap admits', { timeout: runMsMax }, async () => {
    const result = await run({ source: 'nested', events: 1_500 });
    expect(result.verdict).toMatchObject({ differences: [], faults: [] });
    expect(isExact(result)).toBe(true);
    expect(result.watched.reading.ledger.OverCap).toBeGreaterThan(0);
    expect(new Set(result.watched.reading.totals.map(({ name }) => name)).size).toBe(5);
  });
});

describe('the CLI on the same engine', () => {
  const options = { seed: 9, events: 600 };

  test('produce, counters and status', { timeout: runMsMax }, async () => {
    const target = await engineTarget(engine.endpoint, engine.stage, engine.region);
    const source = chooseSource(target, 'own');
    const untilMs = engine.now();
    const expectation = new Expectation(source.buckets);
    const lines: Buffer[] = [];
    for (const { data, expected } of generateEvents({ ...options, untilMs, fields: source.event, malformedShare: 0 })) {
      lines.push(data);
      expectation.add(expected);
    }
    const path = join(folder, 'own.jsonl');
    await writeFile(path, `${lines.join('\n')}\n\nnot JSON\n`);
    const produced = await tidemark('produce', '--file', path, '--source', 'own', '--json');
    expect(JSON.parse(produced.out)).toMatchObject({ sent: 601, blankLines: 1, tooLongCount: 0, interrupted: false });
    expect(produced.exitCode).toBe(0);

    await expect
      .poll(async () => JSON.parse((await tidemark('status', '--source', 'own', '--json')).out).sources[0].ledger, {
        timeout: runMsMax,
        interval: 500,
      })
      .toMatchObject({ received: 601, counted: 600, quarantined: 1, malformed: 1 });

    const totals = expectation
      .rows()
      .sort((one, other) => compareNames(one.name, other.name) || one.startMs - other.startMs);
    const csv = await tidemark('counters', '--source', 'own', '--format', 'csv');
    expect(csv).toEqual({ exitCode: 0, out: [...csvLines(totals, '1h')].join(''), error: '' });
    const one = JSON.parse((await tidemark('counters', 'search', '--source', 'own', '--json')).out);
    expect(one.rows).toHaveLength(totals.filter(({ name }) => name === 'search').length);
    const none = await tidemark('counters', '--source', 'own', '--to', '2000-01-01');
    expect(none).toEqual({ exitCode: 0, out: '', error: 'Nothing was counted in that time.\n' });
    expect((await tidemark('counters', '--source', 'own')).out).toMatch(/^page view +\d+/m);

    const status = await tidemark('status', '--source', 'own');
    expect(status.exitCode).toBe(1);
    expect(status.out).toMatch(/received 601 = counted 600 \+ quarantined 1/);
    expect(status.out).toMatch(
      /Wrong: 1 record was set aside since yesterday: see tidemark --local quarantine list --source own/,
    );
  });

  test.each([
    [['counters', '--source', 'nobody'], '"nobody" is not a source'],
    [['counters', '--source', 'own', '--bucket', '1m'], 'source own counts no 1m; expected one of: 1h'],
  ])('%j is called wrongly', async (argv, message) => {
    const { exitCode, error } = await tidemark(...argv);
    expect(exitCode).toBe(2);
    expect(error).toContain(message);
  });

  test('a stage that is not there', async () => {
    const finding = engineTarget(engine.endpoint, 'prod', engine.region);
    await expect(finding).rejects.toThrow(/Stack Tidemark-prod does not exist.*There is: Tidemark-dev/);
  });
});

describe('a file', () => {
  test('bad lines belong in the quarantine; an event that nobody sent is a difference', {
    timeout: runMsMax,
  }, async () => {
    const path = join(folder, 'stray.jsonl');
    const lines = [
      '{"event_type":"a","utc_timestamp":"2015-05-17T10:05:03Z"}',
      '{"event_type":"a","utc_timestamp":1431857103}',
      'not JSON',
      '{"event_type":"","utc_timestamp":"2015-05-17"}',
      '{"event_type":"=b, \\"quoted\\"","utc_timestamp":"2015-05-18 23:59:59,5+01:00"}',
    ];
    await writeFile(path, lines.join('\r\n'));
    const kinesis = new Kinesis((await engineTarget(engine.endpoint, engine.stage, engine.region)).client);
    const target = await engineTarget(engine.endpoint, engine.stage, engine.region);
    const stray = { data: Buffer.from(lines[0] ?? ''), partitionKey: 'stray' };
    await kinesis.putRecords(chooseSource(target, 'stray').stream)([stray]);
    kinesis.close();
    const result = await run({ source: 'stray', file: path, rebase: true });
    expect(isExact(result)).toBe(false);
    expect(result.verdict.differences).toMatchObject([{ name: 'a', expected: 0, found: 1 }]);
    expect(result.verdict.faults).toEqual([
      'the ledger says received 6, expected 5',
      'the ledger says counted 4, expected 3',
    ]);
    expect(result.watched.reading.ledger.Quarantined).toBe(2);
    const report = renderReport(result, { seed: 1, rebase: true, json: false }, screen);
    expect(report).toMatch(/a +1h +2015-05-17T10:00:00Z +0 +1/);
    expect(reportJson(result)).toMatchObject({ sent: 5, counted: 4, quarantined: 2, mismatches: 3 });
  });

  const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
  const isThere = existsSync(join(data, 'web-events.jsonl'));
  if (!isThere) console.warn(`Skipped: no web-events.jsonl in ${data}`);

  test.skipIf(!isThere)('real web requests, row for row', { timeout: runMsMax }, async () => {
    const path = join(folder, 'hours.csv');
    const result = await run({ source: 'real', file: join(data, 'web-events.jsonl'), export: path, bucket: '1h' });
    expect(isExact(result)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(await readFile(join(data, 'web-events.hourly.csv'), 'utf8'));
  });
});
