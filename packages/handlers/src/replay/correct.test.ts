import type { UndoCursor } from '@tidemark/core/replay/switch-steps';
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

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Ten minutes with two events each, counted live. */
async function counted(): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(beginMs);
  const records: StoredRecord[] = [];
  for (let at = 0; at < 20; at += 1) {
    const arrivalMs = beginMs + at * 30_000;
    records.push(await replayed.stream.put(eventAt('Pegasus', arrivalMs, at), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  return { replayed, records };
}

async function changeRow(replayed: Replayed, key: RegExp, change: (row: Record<string, unknown>) => object) {
  const row = (await replayed.deployment.rows()).find(({ Bucket }) => key.test(String(Bucket)));
  await put(stage.tables, replayed.deployment.tables.series, { ...row, ...change(row ?? {}) });
}

async function switched(replayed: Replayed, records: readonly StoredRecord[]): Promise<void> {
  await replayed.prepare();
  await replayed.recount(records);
  await replayed.step('begun');
  await replayed.compare();
  await replayed.hold();
  await replayed.step('switch');
  await replayed.step('letGo');
}

const at = (minute: number) => new Date(beginMs + minute * minuteMs).toISOString();
const minuteKey = (size: string, minute: number) => new RegExp(`^${size}#0000#${at(minute).slice(0, 19)}Z`);

function metric(replayed: Replayed, name: string) {
  return stage.metrics.of(replayed.source, 'Pegasus', name, beginMs, beginMs + hourMs);
}

test('what was published too little or too much is put right, and shown beside it', async () => {
  const { replayed, records } = await counted();
  await changeRow(replayed, minuteKey('1m', 2), () => ({ EventCount: 7 }));
  await changeRow(replayed, minuteKey('1m', 5), () => ({ EventCount: 1 }));
  // Of the window of minute 7, readings 14 and 15, the second is missing.
  const figures = { Count: 1, Sum: 14, Minimum: 14, Maximum: 14 };
  await changeRow(replayed, minuteKey('w60', 7), ({ Measures }) => ({
    EventCount: 1,
    Measures: { ...(Measures as object), distance: figures },
  }));
  await switched(replayed, records);
  const puts = stage.metrics.puts;
  expect(await replayed.step('correct')).toEqual({ done: true, data: 6 });
  expect(stage.metrics.puts).toBe(puts + 1);
  const value = (sum: number) => ({ SampleCount: 1, Sum: sum, Minimum: sum, Maximum: sum });
  expect(await metric(replayed, 'EventCount')).toEqual({ [at(2)]: value(-5), [at(5)]: value(1) });
  expect(await metric(replayed, 'Correction')).toEqual({ [at(2)]: value(-5), [at(5)]: value(1), [at(7)]: value(1) });
  expect(await metric(replayed, 'distance')).toEqual({
    [at(7)]: { SampleCount: 1, Sum: 15, Minimum: 14, Maximum: 15 },
  });
  expect(await metric(replayed, 'health')).toEqual({});
  // Done is done.
  expect(await replayed.step('correct')).toEqual({ done: true, data: 6 });
  expect(stage.metrics.puts).toBe(puts + 1);
  expect((await replayed.runItem()).Corrected).toEqual({ Data: 6, Calls: 1, TooOld: 0, TooNew: 0, NotCorrectable: 0 });
});

test('below a prune floor nothing is compared, switched or corrected', async () => {
  const { replayed, records } = await counted();
  const floor = (minutes: number) => [{ FromMs: nowMs + hourMs, FloorMs: beginMs + minutes * minuteMs }];
  await replayed.deployment.putControl('FLOORS', { Floors: { '1m': floor(4), w60: floor(7) } });
  await changeRow(replayed, minuteKey('1m', 2), () => ({ EventCount: 7 }));
  await changeRow(replayed, minuteKey('1m', 5), () => ({ EventCount: 1 }));
  await changeRow(replayed, minuteKey('w60', 6), () => ({ EventCount: 9 }));
  await switched(replayed, records);
  expect(await replayed.runItem()).toMatchObject({ Compared: { Different: 1, Undecided: 0 } });
  expect((await replayed.timeline()).Ranges).toMatchObject({
    '1m': [{ FromMs: beginMs + 4 * minuteMs, Generation: 1 }],
    w60: [{ FromMs: beginMs + 7 * minuteMs, Generation: 1 }],
  });
  expect(await replayed.step('correct')).toEqual({ done: true, data: 2 });
  expect(await metric(replayed, 'Correction')).toEqual({ [at(5)]: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } });
});

test('what live counting adds after the switch it publishes itself, whenever the correction is made', async () => {
  const { replayed, records } = await counted();
  await changeRow(replayed, minuteKey('1m', 2), () => ({ EventCount: 1 }));
  await switched(replayed, records);
  await replayed.forget();
  await replayed.live([await replayed.stream.put(eventAt('Pegasus', beginMs + 2 * minuteMs), nowMs)]);
  await replayed.step('correct');
  expect(await metric(replayed, 'Correction')).toEqual({ [at(2)]: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } });
});

test('an undo takes its correction back', async () => {
  const { replayed, records } = await counted();
  await changeRow(replayed, minuteKey('1m', 2), () => ({ EventCount: 7 }));
  await switched(replayed, records);
  await replayed.step('correct');
  await replayed.step('finish', { outcome: 'switched' });
  const undone = replayed.run;
  replayed.nextRun();
  await replayed.prepare({ undoes: undone }, 'undo');
  await replayed.hold();
  await replayed.undo();
  await replayed.goForward('undone');
  expect(await metric(replayed, 'EventCount')).toEqual({
    [at(2)]: { SampleCount: 2, Sum: 0, Minimum: -5, Maximum: 5 },
  });
});

test('what live counting adds to what an undo gave back it publishes itself, whenever the correction is made', async () => {
  const { replayed, records } = await counted();
  await changeRow(replayed, minuteKey('1m', 2), () => ({ EventCount: 7 }));
  const figures = { Count: 1, Sum: 14, Minimum: 14, Maximum: 14 };
  await changeRow(replayed, minuteKey('w60', 7), ({ Measures }) => ({
    EventCount: 1,
    Measures: { ...(Measures as object), distance: figures },
  }));
  await switched(replayed, records);
  await replayed.step('correct');
  await replayed.step('finish', { outcome: 'switched' });
  const undone = replayed.run;
  replayed.nextRun();
  await replayed.prepare({ undoes: undone }, 'undo');
  await replayed.hold();
  // In short invocations: what is found is noted piece by piece.
  let cursor: UndoCursor | undefined;
  do {
    const answer = await replayed.step('undo', cursor === undefined ? {} : { cursor }, 30_000);
    cursor = answer.done ? undefined : answer.cursor;
  } while (cursor !== undefined);
  expect(await replayed.runItem()).toMatchObject({ NotedParts: 2 });
  await replayed.step('letGo');
  await replayed.forget();
  await replayed.live([await replayed.stream.put(eventAt('Pegasus', beginMs + 2 * minuteMs), nowMs)]);
  await replayed.goForward('undone');
  expect(await metric(replayed, 'EventCount')).toEqual({
    [at(2)]: { SampleCount: 2, Sum: 0, Minimum: -5, Maximum: 5 },
  });
  // What the window lost again is no statistic set.
  expect((await replayed.runItem()).Corrected).toEqual({ Data: 2, Calls: 1, TooOld: 0, TooNew: 0, NotCorrectable: 1 });
});

test('in short invocations the same is put, a call each', async () => {
  const { replayed, records } = await counted();
  for (let minute = 0; minute < 10; minute += 1)
    await changeRow(replayed, minuteKey('1m', minute), () => ({ EventCount: minute }));
  await switched(replayed, records);
  let invocations = 0;
  while (!(await replayed.step('correct', {}, 30_000)).done) {
    invocations += 1;
    if (invocations > 100) throw new Error('the correction does not come to its end');
  }
  // Of minute 2 two events were counted, and two were published.
  expect(Object.keys(await metric(replayed, 'Correction'))).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9].map(at));
  expect(Object.values(await metric(replayed, 'EventCount')).every((point) => point.SampleCount === 1)).toBe(true);
});

test('a partial that nobody can read is not corrected, and keeps nothing else from being', async () => {
  const { replayed, records } = await counted();
  await changeRow(replayed, minuteKey('1m', 2), () => ({ EventCount: 'spoilt' }));
  await changeRow(replayed, minuteKey('1m', 3), () => ({ EventCount: 1 }));
  await switched(replayed, records);
  await replayed.step('correct');
  expect(await metric(replayed, 'Correction')).toEqual({ [at(3)]: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } });
  expect((await replayed.runItem()).Corrected).toMatchObject({ NotCorrectable: 1 });
});
