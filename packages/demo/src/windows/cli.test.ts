import { ExactTotal } from '@tidemark/core/generate/exact-total';
import { generatedReadings } from '@tidemark/ops-cli/produce/generated';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { type Stack, startStack } from '../exactness/stack.ts';

const runMsMax = 120_000;
let stack: Stack;

beforeAll(async () => {
  const event = { name: 'Name', time: 'StatusTime' };
  const window = { seconds: 60, measures: { distance: 'Distance', health: 'HealthPoints' }, batchWindowSeconds: 0 };
  const stream = { shards: 2 };
  stack = await startStack({
    sources: { rides: { event, window, stream }, both: { event, window, stream, buckets: ['1h'] } },
  });
}, runMsMax);

afterAll(() => stack?.stop());

function tidemark(...argv: string[]) {
  return runCommand(stack.engine, argv);
}

async function statusOf(source: string): Promise<Record<string, unknown>> {
  return JSON.parse((await tidemark('status', '--source', source, '--json')).out).sources[0];
}

/** Sums of the windows of every name, over all time. */
async function windowsOf(source: string): Promise<Map<string, { records: number; distance: number }>> {
  const { rows } = JSON.parse((await tidemark('windows', '--source', source, '--json')).out);
  const sums = new Map<string, { records: number; distances: ExactTotal }>();
  for (const { name, records, measures } of rows) {
    const sum = sums.get(name) ?? { records: 0, distances: new ExactTotal() };
    sums.set(name, sum);
    sum.records += records;
    sum.distances.add(measures.distance.sum);
  }
  return new Map([...sums].map(([name, { records, distances }]) => [name, { records, distance: distances.rounded() }]));
}

test.each(['rides', 'both'])('produce, windows and status of %s', { timeout: runMsMax }, async (source) => {
  const events = 600;
  const produced = await tidemark('produce', '--source', source, '--events', String(events), '--seed', '5', '--json');
  expect([produced.exitCode, JSON.parse(produced.out).sent]).toEqual([0, events]);

  const sent = new Map<string, { records: number; distances: ExactTotal }>();
  let quarantined = 0;
  const { fields } = { fields: stack.source(source).event };
  // The readings depend on the seed alone, their times on the clock.
  for await (const chunk of generatedReadings({ seed: 5, events, untilMs: stack.engine.clock.now(), fields })) {
    for (const { expected } of chunk) {
      if (expected.kind === 'quarantined') quarantined += 1;
      else {
        const sum = sent.get(expected.name) ?? { records: 0, distances: new ExactTotal() };
        sent.set(expected.name, sum);
        sum.records += 1;
        sum.distances.add(expected.measures?.distance ?? Number.NaN);
      }
    }
  }
  expect(quarantined).toBeGreaterThan(0);

  await expect
    .poll(() => statusOf(source), { timeout: runMsMax, interval: 500 })
    .toMatchObject({
      window: { seconds: 60, ledger: { received: events, counted: events - quarantined, quarantined } },
    });
  const found = await windowsOf(source);
  expect([...found.keys()].sort()).toEqual([...sent.keys()].sort());
  for (const [name, { records, distances }] of sent) {
    expect(found.get(name)?.records).toBe(records);
    // Each window's sum is rounded once.
    expect(found.get(name)?.distance).toBeCloseTo(distances.rounded(), 9);
  }

  const status = await tidemark('status', '--source', source);
  expect(status.exitCode).toBe(1);
  expect(status.out).toMatch(/windows of 60 s complete through /);
  expect(status.out.match(/Wrong: .*/g)).toEqual([
    expect.stringMatching(new RegExp(`^Wrong: ${quarantined} records? w.* set aside`)),
  ]);
});

test('of a source with both, the two ledgers agree, and so do windows and buckets', { timeout: runMsMax }, async () => {
  await expect
    .poll(() => statusOf('both'), { timeout: runMsMax, interval: 500 })
    .toMatchObject({ ledger: { received: 600 }, window: { ledger: { received: 600 } }, ledgersDiffer: [] });
  const { rows } = JSON.parse((await tidemark('counters', '--source', 'both', '--json')).out);
  const counted = new Map<string, number>();
  for (const { event, count } of rows) counted.set(event, (counted.get(event) ?? 0) + count);
  const windows = [...(await windowsOf('both'))].map(([name, { records }]) => [name, records] as const);
  expect(new Map(windows)).toEqual(counted);
});

test('export writes what counters and windows print', { timeout: runMsMax }, async () => {
  const source = ['--source', 'both'];
  const counters = await tidemark('counters', ...source, '--format', 'csv');
  expect((await tidemark('export', ...source, '--bucket', '1h')).out).toBe(counters.out);
  const windows = await tidemark('windows', ...source, '--format', 'csv');
  expect((await tidemark('export', ...source, '--bucket', 'window')).out).toBe(windows.out);
  expect(windows.out.split('\r\n').length).toBeGreaterThan(5);
});
