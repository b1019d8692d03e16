import type { CompareAnswer, CompareCursor } from '@tidemark/core/replay/recount-steps';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { put } from '../../test/dynamodb-local.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.now();
const beginMs = Math.floor(nowMs / hourMs) * hourMs - 5 * hourMs;
/** So little is left of an invocation that it answers after one page. */
const hurried = 30_000;

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Two names, 24 events, all counted live; the recount has handled as many as are given, and T is fixed. */
async function counted(recounted = 24): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(beginMs);
  const records: StoredRecord[] = [];
  for (let at = 0; at < 24; at += 1) {
    const arrivalMs = beginMs + at * 5 * minuteMs;
    records.push(await replayed.stream.put(eventAt(at % 2 === 0 ? 'Pegasus' : 'Hoshi', arrivalMs), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare();
  await replayed.recount(records.slice(0, recounted));
  await replayed.step('begun');
  return { replayed, records };
}

/** Every answer of a comparison, as JSON carries its cursor from one call to the next. */
async function answers(replayed: Replayed, remainingMs?: number): Promise<CompareAnswer[]> {
  const all: CompareAnswer[] = [];
  let cursor: CompareCursor | undefined;
  do {
    const answer = await replayed.step('compare', cursor === undefined ? {} : { cursor }, remainingMs);
    all.push(answer);
    cursor = answer.done ? undefined : answer.cursor;
  } while (cursor !== undefined);
  return all;
}

async function report(replayed: Replayed) {
  const objects = await replayed.objects();
  const { parts, ...rest } = JSON.parse(objects[`replay/${replayed.source}/${replayed.run}/report.json`] ?? '{}');
  const lines = (parts as string[]).flatMap((key) => (objects[key] ?? '').trimEnd().split('\n'));
  return { ...rest, parts, lines: lines.map((line) => JSON.parse(line)) };
}

test('in many short invocations the same is found as in one', async () => {
  const { replayed } = await counted();
  const rows = await replayed.deployment.rows();
  for (const row of rows.filter((_, at) => at % 5 === 0)) {
    await put(stage.tables, replayed.deployment.tables.series, { ...row, EventCount: 100 });
  }
  const [whole] = (await answers(replayed)).slice(-1);
  const found = await report(replayed);
  const short = await answers(replayed, hurried);
  // One invocation a series and size, and more than one: $other has nothing in it.
  expect(short.length).toBeGreaterThanOrEqual(9);
  expect(short.at(-1)).toEqual({ ...whole, quietSeconds: expect.any(Number) });
  expect((await report(replayed)).lines).toEqual(found.lines);
  expect(found.parts).toHaveLength(1);
  expect(found.lines).toHaveLength(found.compared.Different);
  expect(found).toMatchObject({ outcome: 'different', generation: 1, source: replayed.source });
  const worst = (found.series as { different: number }[]).reduce((sum, { different }) => sum + different, 0);
  expect(worst).toBe(found.compared.Different);
  expect(found.remarks).toHaveLength(1);
});

test('what the recount has not come to yet is undecided; it is looked at again, and decided when it has', async () => {
  const { replayed, records } = await counted(20);
  const first = await replayed.step('compare');
  if (first.done) throw new Error('nothing was undecided');
  expect(first).toMatchObject({ waitSeconds: 30, cursor: { pass: 1, done: { part: 0, line: 0 } } });
  expect((await replayed.runItem()).Compared).toMatchObject({
    Different: 0,
    UndecidedClosed: expect.toSatisfy((n) => n > 4),
  });
  const second = await replayed.step('compare', { cursor: first.cursor });
  if (second.done) throw new Error('nothing was undecided any more');
  expect(second.cursor.pass).toBe(2);
  await replayed.recount(records.slice(20));
  const last = await replayed.step('compare', { cursor: second.cursor });
  expect(last).toMatchObject({ done: true, outcome: 'equal', compared: { Undecided: 0, Different: 0 } });
  const total = (await replayed.deployment.rows()).length / 2;
  expect(last).toMatchObject({ compared: { Equal: total } });
});

test('what stays undecided in a bucket that is over is no proof that all is equal', async () => {
  const { replayed } = await counted(20);
  const all = await answers(replayed);
  expect(all).toHaveLength(4);
  const last = all.at(-1);
  expect(last).toMatchObject({ done: true, outcome: 'different', proceed: true, compared: { Different: 0 } });
  const { compared, lines } = await report(replayed);
  expect(compared.UndecidedClosed).toBe(compared.Undecided);
  // Of every pass: readers go by the last one's.
  expect(lines.every(({ verdict, open }: { verdict: string; open: boolean }) => verdict === 'undecided' && !open)).toBe(
    true,
  );
});

test('a bucket that is still open may be undecided, and all is equal none the less', async () => {
  const { replayed } = await counted();
  const tipMs = Date.now();
  const tip = await replayed.stream.put(eventAt('Pegasus', tipMs), tipMs);
  await replayed.live([tip]);
  const all = await answers(replayed);
  expect(all).toHaveLength(2);
  expect(all.at(-1)).toMatchObject({
    outcome: 'equal',
    proceed: false,
    compared: { UndecidedClosed: 0, Different: 0 },
  });
  const { compared, lines } = await report(replayed);
  expect(compared.Undecided).toBeGreaterThanOrEqual(2);
  expect(lines[0]).toMatchObject({ verdict: 'undecided', open: true, name: 'Pegasus', recount: null });
});

test('an operator who insists goes on though nothing differs; a verification never does', async () => {
  const { replayed, records } = await counted();
  await replayed.step('finish', { outcome: 'equal' });
  for (const [request, proceed] of [
    [{ force: true }, true],
    [{ force: true, verify: true }, false],
  ] as const) {
    replayed.nextRun();
    await replayed.prepare({ from: 'trim-horizon', ...request });
    await replayed.recount(records);
    await replayed.step('begun');
    expect((await answers(replayed)).at(-1)).toMatchObject({ outcome: 'equal', proceed });
    await replayed.step('finish', { outcome: 'equal' });
  }
});

test('what else lies in the table is passed over', async () => {
  const { replayed } = await counted();
  for (const Bucket of ['1m#0000#nonsense#x', '1m#0000#2026', '1m#0000#9999-99-99T00:00:00Z#1']) {
    await put(stage.tables, replayed.deployment.tables.series, { EventName: 'Pegasus', Bucket, EventCount: 1 });
  }
  expect((await answers(replayed)).at(-1)).toMatchObject({
    outcome: 'equal',
    compared: { Different: 0, Undecided: 0 },
  });
});
