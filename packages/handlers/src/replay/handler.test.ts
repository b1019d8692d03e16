import { afterAll, beforeAll, expect, test } from 'vitest';
import { put, remove } from '../../test/dynamodb-local.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.now();
/** Longer ago than the stream keeps anything. */
const beginMs = Math.floor(nowMs / hourMs) * hourMs - 30 * hourMs;

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Thirty hours of events, one every twenty minutes, in turns of two names and on two shards; counted live, and kept by the stream as far as it does. */
async function thirtyHours(): Promise<{ replayed: Replayed; kept: StoredRecord[] }> {
  const replayed = await stage.makeSource(beginMs, 2);
  const records: StoredRecord[] = [];
  for (let arrivalMs = beginMs; arrivalMs < nowMs - 10 * minuteMs; arrivalMs += 20 * minuteMs) {
    const at = records.length;
    const text = eventAt(at % 2 === 0 ? 'Pegasus' : 'Hoshi', arrivalMs - 30_000, at);
    records.push(await replayed.stream.put(text, arrivalMs, at % 3 === 0 ? 1 : 0));
  }
  stage.kinesis.clock.set(nowMs);
  for (let at = 0; at < records.length; at += 20) await replayed.live(records.slice(at, at + 20));
  return { replayed, kept: records.filter(({ arrivalMs }) => arrivalMs > nowMs - 24 * hourMs) };
}

/** The recount's run up to the comparison. */
async function recountAll(replayed: Replayed, kept: readonly StoredRecord[], request = {}): Promise<number> {
  await replayed.prepare({ from: 'trim-horizon', ...request });
  await replayed.recount(kept);
  const { begun, firstMs } = await replayed.step('begun');
  expect(begun).toBe(true);
  expect(await replayed.step('progress')).toMatchObject({ near: true, behindMs: 0 });
  return firstMs ?? Number.NaN;
}

test('a verification where nothing is wrong: equal, and nothing has changed', async () => {
  const { replayed, kept } = await thirtyHours();
  const before = await replayed.totals();
  const answer = await replayed.prepare();
  expect(answer).toEqual({
    generation: 1,
    pipe: `tidemark-${replayed.run}`,
    start: { StartingPosition: 'TRIM_HORIZON' },
  });
  expect(await replayed.step('begun')).toMatchObject({
    begun: false,
    waiting: ['shardId-000000000000', 'shardId-000000000001'],
  });
  const firstMs = await recountAll(replayed, kept, { verify: true });
  const firsts = [0, 1].map((shard) => kept.find(({ shardId }) => shardId.endsWith(String(shard)))?.arrivalMs ?? 0);
  expect(firstMs).toBe(Math.max(...firsts) + 2 * hourMs + minuteMs);

  const compared = await replayed.compare();
  expect(compared).toMatchObject({ done: true, outcome: 'equal', proceed: false });
  expect(compared.compared).toMatchObject({ Different: 0, UndecidedClosed: 0, Undecided: 0 });
  // Every partial from the first bucket on: of a minute, an hour and a window.
  expect(compared.compared.Equal).toBeGreaterThan(100);
  expect(await replayed.step('finish', { outcome: 'equal' })).toEqual({ outcome: 'equal' });
  expect(await replayed.timeline()).toEqual({ Version: 2, LastGeneration: 1, Ranges: {} });
  expect(await replayed.totals()).toEqual(before);
  expect(await replayed.runItem()).toMatchObject({
    Kind: 'replay',
    Generation: 1,
    From: 'trim-horizon',
    Verify: true,
    Phase: 'ended',
    Outcome: 'equal',
    FirstMs: firstMs,
    Shards: 2,
    Compared: compared.compared,
  });
});

/** Deletes a partial, adds to another, gives a third another fence. Returns what was spoilt, as the report names it. */
async function spoil(replayed: Replayed, firstMs: number): Promise<string[]> {
  const client = stage.tables;
  const { series } = replayed.deployment.tables;
  const rows = (await replayed.deployment.rows()).filter(({ Bucket }) => {
    const [size, generation, start = ''] = String(Bucket).split('#');
    return size !== '1h' && generation === '0000' && Date.parse(start) >= firstMs;
  });
  const [lost, changed, shifted, window] = [
    rows[3],
    rows[7],
    rows[11],
    rows.find(({ Bucket }) => /^w60/.test(String(Bucket))),
  ];
  if (!lost || !changed || !shifted || !window) throw new Error('too few rows');
  await remove(client, series, { EventName: String(lost.EventName), Bucket: String(lost.Bucket) });
  await put(client, series, { ...changed, EventCount: Number(changed.EventCount) + 5 });
  await put(client, series, { ...shifted, LastSequence: `${String(shifted.LastSequence).slice(0, -1)}0` });
  const measures = window.Measures as Record<string, Record<string, unknown>>;
  await put(client, series, { ...window, Measures: { ...measures, distance: { ...measures.distance, Maximum: 1e6 } } });
  return [lost, changed, shifted, window].map(({ EventName, Bucket }) => {
    const [size, , start, slice] = String(Bucket).split('#');
    return `${EventName} ${size} ${start} ${slice}`;
  });
}

async function differences(replayed: Replayed): Promise<string[]> {
  const report = (await replayed.objects())[`replay/${replayed.source}/${replayed.run}/report.json`] ?? '{}';
  const { parts } = JSON.parse(report) as { parts: string[] };
  const objects = await replayed.objects();
  const lines = parts.flatMap((key) => (objects[key] ?? '').trimEnd().split('\n'));
  return lines.map((line) => {
    const { verdict, name, size, start, slice } = JSON.parse(line);
    expect(verdict).toBe('different');
    return `${name} ${size} ${start} ${slice}`;
  });
}

test('spoilt partials: verify finds exactly those, replay repairs exactly those, undo restores', async () => {
  const { replayed, kept } = await thirtyHours();
  const right = await replayed.totals();
  const firstMs = await recountAll(replayed, kept);
  const spoilt = await spoil(replayed, firstMs);
  const wrong = await replayed.totals();
  expect(wrong).not.toEqual(right);

  const compared = await replayed.compare();
  expect(compared).toMatchObject({ outcome: 'different', proceed: true, compared: { Different: 4, Undecided: 0 } });
  expect((await differences(replayed)).sort()).toEqual(spoilt.sort());

  await replayed.hold();
  expect(await replayed.runItem()).toMatchObject({ Phase: 'holding' });
  expect(await replayed.step('passed')).toEqual({ passed: true, waiting: [], waitSeconds: 5 });
  const switched = await replayed.step('switch');
  expect(switched).toMatchObject({
    waitSeconds: 65,
    held: [
      { Consumer: 'count', Mapping: 'uuid-count' },
      { Consumer: 'window', Mapping: 'uuid-window' },
    ],
  });
  expect(await replayed.totals()).toEqual(right);
  expect(await replayed.goForward()).toEqual({ outcome: 'switched' });
  const first = (await replayed.runItem()).First ?? {};
  expect((await replayed.timeline()).Ranges).toEqual(
    Object.fromEntries(Object.entries(first).map(([size, FromMs]) => [size, [{ FromMs, Generation: 1 }]])),
  );
  expect((await replayed.timeline()).Lock).toBeUndefined();
  expect(await replayed.runItem()).toMatchObject({ Outcome: 'switched', Corrected: { NotCorrectable: 1 } });

  // Live counting goes on in the new generation, and what it counts into it stays there.
  await replayed.forget();
  const late = await replayed.stream.put(eventAt('Pegasus', firstMs + 5 * hourMs), nowMs);
  await replayed.live([late]);
  const withLate = await replayed.totals();
  const hour = new Date(Math.floor((firstMs + 5 * hourMs) / hourMs) * hourMs).toISOString();
  const isOfLateHour = (key: string) => key.includes(` ${hour.slice(0, 13)}`);

  const undone = replayed.run;
  replayed.nextRun();
  expect(await replayed.prepare({ undoes: undone }, 'undo')).toEqual({});
  await replayed.hold();
  const answer = await replayed.undo();
  expect(answer).toMatchObject({ done: true, waitSeconds: 65 });
  await replayed.goForward('undone');
  const after = await replayed.totals();
  expect(after[`Pegasus 1h ${hour}`]).toBe(withLate[`Pegasus 1h ${hour}`]);
  const others = (totals: Record<string, number>) =>
    Object.fromEntries(Object.entries(totals).filter(([key]) => !isOfLateHour(key) && !key.includes(' w60 ')));
  expect(others(after)).toEqual(others(wrong));
  expect((await replayed.runItem(undone)).UndoneBy).toBe(replayed.run);
  const report = JSON.parse((await replayed.objects())[answer.reportKey] ?? '{}');
  expect(report.stays).toContainEqual(expect.objectContaining({ size: '1h', from: hour, reason: 'counted-since' }));
  await expect(async () => {
    replayed.nextRun();
    await replayed.prepare({ undoes: undone }, 'undo');
  }).rejects.toMatchObject({ name: 'CannotUndo' });
});
