import type { UndoAnswer, UndoCursor } from '@tidemark/core/replay/switch-steps';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

async function counted(): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(beginMs);
  const records: StoredRecord[] = [];
  for (let at = 0; at < 12; at += 1) {
    const arrivalMs = beginMs + at * 5 * minuteMs;
    records.push(await replayed.stream.put(eventAt(at % 2 === 0 ? 'Pegasus' : 'Hoshi', arrivalMs), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  return { replayed, records };
}

/** A replay that an operator insists on, to its end. Returns its run. */
async function replay(replayed: Replayed, records: readonly StoredRecord[]): Promise<string> {
  replayed.nextRun();
  await replayed.prepare({ from: 'trim-horizon', force: true });
  await replayed.recount(records);
  await replayed.step('begun');
  await replayed.compare();
  await replayed.hold();
  await replayed.step('switch');
  await replayed.goForward();
  await replayed.forget();
  return replayed.run;
}

async function beginUndo(replayed: Replayed, undoes: string): Promise<void> {
  replayed.nextRun();
  await replayed.prepare({ undoes }, 'undo');
  await replayed.hold();
}

const reportOf = async (replayed: Replayed, key: string) => JSON.parse((await replayed.objects())[key] ?? '{}');

test('where nothing was counted since, all of it is as it was', async () => {
  const { replayed, records } = await counted();
  const run = await replay(replayed, records);
  await beginUndo(replayed, run);
  const answer = await replayed.undo();
  expect(answer).toMatchObject({ givenBack: 3, stays: 0 });
  expect((await replayed.timeline()).Ranges).toEqual({ '1m': [], '1h': [], w60: [] });
  // The step comes again: the same answer, and nothing else is switched.
  const timeline = await replayed.timeline();
  expect(await replayed.undo()).toMatchObject({ givenBack: 3, stays: 0, reportKey: answer.reportKey });
  expect(await replayed.timeline()).toEqual(timeline);
});

test('in many short invocations the same is found as in one', async () => {
  const { replayed, records } = await counted();
  const run = await replay(replayed, records);
  const since = [20, 25, 27].map((minutes) => eventAt('Pegasus', beginMs + minutes * minuteMs));
  for (const text of since) await replayed.live([await replayed.stream.put(text, nowMs)]);
  await beginUndo(replayed, run);
  const answers: UndoAnswer[] = [];
  let cursor: UndoCursor | undefined;
  do {
    const answer = await replayed.step('undo', cursor === undefined ? {} : { cursor }, 30_000);
    answers.push(answer);
    cursor = answer.done ? undefined : answer.cursor;
  } while (cursor !== undefined);
  expect(answers.length).toBeGreaterThanOrEqual(9);
  const last = answers.at(-1);
  if (!last?.done) throw new Error('the undo is not done');
  const instant = (minutes: number) => new Date(beginMs + minutes * minuteMs).toISOString();
  const { givenBack, stays } = await reportOf(replayed, last.reportKey);
  const ofMinutes = (spans: { size: string }[]) => spans.filter(({ size }) => size === '1m');
  expect(ofMinutes(stays)).toEqual(
    [20, 25, 27].map((minutes) => ({
      size: '1m',
      from: instant(minutes),
      to: instant(minutes + 1),
      reason: 'counted-since',
    })),
  );
  // Up to the last bucket of the run in which there is anything.
  expect(ofMinutes(givenBack)).toEqual([
    { size: '1m', from: '0000-01-01T00:00:00.000Z', to: instant(20), generation: 0 },
    { size: '1m', from: instant(21), to: instant(25), generation: 0 },
    { size: '1m', from: instant(26), to: instant(27), generation: 0 },
    { size: '1m', from: instant(28), to: instant(56), generation: 0 },
  ]);
  expect(last.stays).toBe(
    stays.reduce((sum: number, { size, from, to }: { size: string; from: string; to: string }) => {
      const ms = Date.parse(to) - Date.parse(from);
      return sum + ms / (size === '1h' ? hourMs : minuteMs);
    }, 0),
  );
});

test('a shard that was not counted yet when the run held: what it counted into stays', async () => {
  const { replayed, records } = await counted();
  const run = await replay(replayed, records);
  await replayed.stream.split('shardId-000000000000');
  await replayed.live([await replayed.stream.put(eventAt('Hoshi', beginMs + 5 * minuteMs), nowMs)]);
  await beginUndo(replayed, run);
  const { reportKey } = await replayed.undo();
  const { stays } = await reportOf(replayed, reportKey);
  expect(stays).toContainEqual(expect.objectContaining({ size: '1m', reason: 'no-checkpoint' }));
});

test('what a later run has rebuilt is not the earlier one’s to give back', async () => {
  const { replayed, records } = await counted();
  const first = await replay(replayed, records);
  await replay(replayed, records);
  const { Ranges } = await replayed.timeline();
  await beginUndo(replayed, first);
  expect(await replayed.undo()).toMatchObject({ givenBack: 0, stays: 0 });
  expect((await replayed.timeline()).Ranges).toEqual(Ranges);
});

test('nothing is given back before live counting is held, and no run that did not switch', async () => {
  const { replayed, records } = await counted();
  const run = await replay(replayed, records);
  replayed.nextRun();
  await replayed.prepare({ undoes: run }, 'undo');
  await expect(replayed.step('undo')).rejects.toMatchObject({ name: 'OutOfTurn' });
  const undo = replayed.run;
  await replayed.step('finish', { outcome: 'failed' });
  for (const undoes of [undo, 'nobody']) {
    replayed.nextRun();
    await expect(replayed.prepare({ undoes }, 'undo')).rejects.toMatchObject({ name: 'CannotUndo' });
  }
  await expect(replayed.prepare({}, 'undo')).rejects.toMatchObject({ name: 'BadCall' });
  expect((await replayed.timeline()).Lock).toBeUndefined();
});

test('nothing is given back below a prune floor, and what was counted there since keeps nothing else from it', async () => {
  const { replayed, records } = await counted();
  const run = await replay(replayed, records);
  for (const minutes of [20, 40]) {
    await replayed.live([await replayed.stream.put(eventAt('Pegasus', beginMs + minutes * minuteMs), nowMs)]);
  }
  const floorMs = beginMs + 30 * minuteMs;
  const Floors = { '1m': [{ FromMs: nowMs, FloorMs: floorMs }], w60: [{ FromMs: nowMs, FloorMs: nowMs + hourMs }] };
  await replayed.deployment.putControl('FLOORS', { Version: 1, Floors });
  const before = (await replayed.timeline()).Ranges;
  await beginUndo(replayed, run);
  const { reportKey } = await replayed.undo();
  const instant = (minutes: number) => new Date(beginMs + minutes * minuteMs).toISOString();
  const { givenBack, stays } = await reportOf(replayed, reportKey);
  const ofSize = (spans: { size: string }[], name: string) => spans.filter(({ size }) => size === name);
  expect(ofSize(givenBack, '1m')).toEqual([
    { size: '1m', from: instant(30), to: instant(40), generation: 0 },
    { size: '1m', from: instant(41), to: instant(56), generation: 0 },
  ]);
  expect(ofSize(stays, '1m')).toEqual([{ size: '1m', from: instant(40), to: instant(41), reason: 'counted-since' }]);
  // All windows of the run lie below theirs.
  expect(ofSize(givenBack, 'w60')).toEqual([
    {
      size: 'w60',
      from: new Date(Math.ceil((nowMs + hourMs) / minuteMs) * minuteMs).toISOString(),
      to: null,
      generation: 0,
    },
  ]);
  const { Ranges } = await replayed.timeline();
  expect(Ranges.w60?.[0]).toEqual(before.w60?.[0]);
});

test('a run is not undone of which a prune has deleted what it replaced', async () => {
  const { replayed, records } = await counted();
  const run = await replay(replayed, records);
  const pruner = '20261120T033000Z-0a1b2c3d';
  const prune = { Kind: 'prune', StartedMs: nowMs, EndedMs: Date.parse('2026-11-20T03:50:00Z') };
  await replayed.deployment.putControl(`RUN#${pruner}`, prune);
  const item = (await replayed.deployment.control())[`RUN#${run}`] ?? {};
  await replayed.deployment.putControl(`RUN#${run}`, { ...item, UndoPrunedBy: pruner });
  replayed.nextRun();
  const refusal = {
    name: 'CannotUndo',
    message: `what run ${run} replaced was pruned by run ${pruner}, ended 2026-11-20T03:50:00Z`,
  };
  await expect(replayed.prepare({ undoes: run }, 'undo')).rejects.toMatchObject(refusal);
  expect((await replayed.timeline()).Lock).toBeUndefined();
  // It had the lock between the look at the run and the lock of the undo.
  await replayed.deployment.putControl(`RUN#${run}`, item);
  await beginUndo(replayed, run);
  await replayed.deployment.putControl(`RUN#${run}`, { ...item, UndoPrunedBy: pruner });
  await expect(replayed.undo()).rejects.toMatchObject(refusal);
  expect((await replayed.timeline()).Lock).toMatchObject({ Stage: 'holding' });
});
