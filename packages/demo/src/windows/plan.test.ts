import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployedSource } from '@tidemark/core/deployment';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planReadings } from './plan.ts';

const source: DeployedSource = {
  ...{ name: 'rides', position: 0, stream: '', streamArn: '', seriesTable: '', controlTable: '', bucket: '' },
  ...{ publish: '', dashboard: '', buckets: [], window: { seconds: 60, function: 'window' } },
  event: { name: ['Name'], time: ['StatusTime'], measures: [{ name: 'distance', path: ['Distance'] }] },
};
const options = { seed: 1, rebase: false, json: false, pace: 60 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function planOf(lines: readonly string[], pace = 60) {
  const file = join(folder, 'readings.jsonl');
  await writeFile(file, lines.join('\n'));
  return planReadings({ ...options, pace, file }, source);
}

const line = (name: string, time: string, distance = '1'): string =>
  `{"Name":"${name}","StatusTime":"2026-11-02 ${time}","Distance":${distance}}`;
const at = (time: string): number => Date.parse(`2026-11-02T${time}Z`);

test('ten minutes of five unicorns, always the same', async () => {
  const plan = await planReadings(options, source);
  expect([plan.firstMs, plan.lastMs, plan.records.length]).toEqual([at('09:00:00'), at('09:09:59'), 2_850]);
  const again = await planReadings(options, source);
  const bytes = ({ records }: typeof plan) => Buffer.concat(records.map(({ data }) => data));
  expect(bytes(again).equals(bytes(plan))).toBe(true);
  const outcomes = plan.records.map((record) => record.outcome(record.timeMs).kind);
  expect(outcomes.filter((kind) => kind === 'quarantined').length).toBeGreaterThan(3);
  expect(plan.remarks).toEqual([]);
});

test.each([1, 7, 1_234])('%i readings', async (events) => {
  expect((await planReadings({ ...options, events }, source)).records).toHaveLength(events);
});

test('a file goes in the order of its times; lines without one with the line before', async () => {
  const plan = await planOf([
    'not JSON, and first',
    line('c', '09:00:03'),
    '',
    line('a', '09:00:01'),
    '{"Name":"torn',
    line('d', '09:00:03.250', '"far"'),
    line('b', '09:00:01'),
    '{"Name":"untimed","Distance":1}',
  ]);
  expect(plan.records.map(({ data, timeMs }) => [String(data).slice(0, 11), timeMs - at('09:00:00')])).toEqual([
    ['{"Name":"a"', 1_000],
    ['{"Name":"to', 1_000],
    ['{"Name":"b"', 1_000],
    ['{"Name":"un', 1_000],
    ['not JSON, a', 3_000],
    ['{"Name":"c"', 3_000],
    ['{"Name":"d"', 3_250],
  ]);
  expect(plan.records.map(({ outcome, timeMs }) => outcome(timeMs).kind === 'event')).toEqual([
    ...[true, false, true, false, false, true, false],
  ]);
  expect(plan.records[0]?.partitionKey).toBe('a');
  expect(plan.remarks).toEqual([
    '1 blank line was skipped.',
    '2 readings of the file are older than one before them: all were sent in the order of their times.',
    '3 lines have no readable time: they were sent with the lines before, and must be in quarantine.',
  ]);
});

test('more lines than are held in memory are refused', async () => {
  const file = join(folder, 'many.jsonl');
  await writeFile(file, `${line('a', '09:00:01')}\n`.repeat(11));
  const planned = planReadings({ ...options, file }, source, 10);
  await expect(planned).rejects.toThrow(/holds more than 10 readings.*tidemark produce/);
  expect((await planReadings({ ...options, file }, source, 11)).records).toHaveLength(11);
});

test('a file in order has nothing to remark', async () => {
  const plan = await planOf([line('a', '09:00:01'), line('b', '09:00:01'), line('a', '09:00:02')]);
  expect(plan.remarks).toEqual([]);
});

test.each([
  [['not JSON', '{"Name":"a"}'], /holds no reading with a time; expected one in the field StatusTime/],
  [[], /holds no reading/],
  [['{"StatusTime":"1815-06-18"}'], /go from 1815-06-18.*expected times from 1970/],
  [['{"StatusTime":"9999-06-18"}'], /expected times from 1970 to 4000/],
])('%j cannot be sent', async (lines, message) => {
  await expect(planOf(lines)).rejects.toThrow(message);
});

test('a pace at which it would take days is refused, and what it would take is said', async () => {
  const lines = [line('a', '09:00:00'), '{"Name":"a","StatusTime":"2027-11-02"}'];
  await expect(planOf(lines)).rejects.toThrow(/takes 6 d 1 h at a pace of 60/);
  expect((await planOf(lines, 3_600)).records).toHaveLength(2);
});

test('more readings than can be held are refused', async () => {
  await expect(planReadings({ ...options, events: 200_001 }, source)).rejects.toThrow(/200000 at most/);
});
