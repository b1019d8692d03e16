import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.now();

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Five records, the first ones about to leave a stream that keeps a day, all of them counted live, and a run that is prepared. */
async function aboutToLeave(): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(nowMs - 24 * hourMs);
  const records: StoredRecord[] = [];
  for (const hours of [23.9, 23.6, 23.1, 5, 4]) {
    const arrivalMs = nowMs - hours * hourMs;
    records.push(await replayed.stream.put(eventAt('Pegasus', arrivalMs), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare();
  return { replayed, records };
}

test('a recount that the trim horizon has overtaken at its beginning holds whole what came after', async () => {
  const { replayed, records } = await aboutToLeave();
  await replayed.recount(records.slice(0, 1));
  // The second and the third record leave the stream before the pipe gets to them.
  stage.kinesis.clock.set(nowMs + hourMs);
  await replayed.recount(records.slice(3));
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: nowMs - 2 * hourMs + minuteMs });
});

test('T waits until the trim horizon is well behind the recount', async () => {
  const { replayed, records } = await aboutToLeave();
  const waiting = ['shardId-000000000000'];
  for (const count of [1, 2]) {
    await replayed.recount(records.slice(0, count));
    expect(await replayed.step('begun')).toMatchObject({ begun: false, waiting, waitSeconds: expect.any(Number) });
  }
  await replayed.recount(records.slice(0, 3));
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: Date.parse('0000-01-01T00:00:00Z') });
});

test('a recount that is overtaken later ends the run, and says where', async () => {
  const { replayed, records } = await aboutToLeave();
  await replayed.recount(records.slice(0, 3));
  await replayed.step('begun');
  expect(await replayed.step('progress')).toMatchObject({ near: false });
  stage.kinesis.clock.set(nowMs + 2 * hourMs);
  await replayed.recount(records.slice(4));
  const cause = `shardId-000000000000: records that arrived before ${new Date(nowMs - 4 * hourMs).toISOString()}`;
  await expect(replayed.step('progress')).rejects.toMatchObject({
    name: 'Outrun',
    message: expect.stringContaining(cause),
  });
});

test('a switch is refused where the recount was overtaken after the last look', async () => {
  const { replayed, records } = await aboutToLeave();
  await replayed.recount(records.slice(0, 3));
  await replayed.step('begun');
  await replayed.hold();
  stage.kinesis.clock.set(nowMs + 2 * hourMs);
  await replayed.recount(records.slice(4));
  await expect(replayed.step('switch')).rejects.toMatchObject({ name: 'Outrun' });
});
