import type { StepOp } from '@tidemark/core/replay/steps';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { put } from '../../test/dynamodb-local.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const nowMs = Date.now();
const beginMs = Math.floor(nowMs / minuteMs) * minuteMs - 300 * minuteMs;
const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Ten events, all of them on the stream and counted, and one partial that somebody has changed. */
async function makeSource(): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(beginMs);
  const records: StoredRecord[] = [];
  for (let at = 0; at < 10; at += 1) {
    const arrivalMs = beginMs + at * 10 * minuteMs;
    records.push(await replayed.stream.put(eventAt('Pegasus', arrivalMs), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  const [row] = await replayed.deployment.rows();
  await put(stage.tables, replayed.deployment.tables.series, { ...row, EventCount: 77 });
  return { replayed, records };
}

type Strike = (op: StepOp, more?: object) => Promise<void>;

/** Every step of a replay and of its undo, in order; the comparison and the recount are done in between. */
async function replayAndUndo(replayed: Replayed, records: readonly StoredRecord[], strike: Strike): Promise<void> {
  const mappings = replayed.settings.mappings.map(({ mapping }) => ({ mapping, state: 'Enabled' }));
  const prepare = (kind: string, request: object) => {
    replayed.nextRun();
    const execution = `arn:aws:states:us-east-1:000000000000:execution:Replay:${replayed.run}`;
    const whole = { run: replayed.run, source: replayed.source, ...request };
    return strike('prepare', { kind, execution, request: whole });
  };
  await prepare('replay', { from: 'trim-horizon', reason: 'spoilt' });
  const first = replayed.run;
  await replayed.recount(records);
  await strike('begun');
  await strike('progress');
  await strike('compare');
  await strike('noteHold', { mappings });
  await strike('held');
  await strike('passed');
  await strike('switch');
  await strike('letGo');
  await strike('correct');
  await strike('finish', { outcome: 'switched' });

  await prepare('undo', { undoes: first });
  await strike('noteHold', { mappings });
  await strike('held');
  await strike('undo');
  await strike('letGo');
  await strike('correct');
  await strike('finish', { outcome: 'undone' });
}

/** Everything that stands at last, without names and times that differ from run to run. */
async function standing(replayed: Replayed): Promise<unknown> {
  const text = JSON.stringify({
    control: Object.entries(await replayed.deployment.control()).filter(([key]) =>
      /^(TIMELINE|RUN|CHECK|LEDGER)/.test(key),
    ),
    rows: await replayed.deployment.rows(),
    objects: Object.entries(await replayed.objects()).sort(([one], [other]) => (one < other ? -1 : 1)),
  });
  return JSON.parse(
    text
      .replaceAll(replayed.source, 'SOURCE')
      .replaceAll(/\d{8}T\d{6}Z-/g, 'RUN-')
      .replaceAll(/"(streamArn|seriesTable|controlTable|bucket)":"[^"]*"/g, '"$1":"ITS OWN"')
      .replaceAll(/"(\w*Ms|LastSequence|FirstSequence|lastSequence|shardId-0+)":"?[\w:.-]+"?/g, '"$1":0'),
  );
}

test('every step is killed before and after each of its writes: in the end all is as if nothing had happened', async () => {
  const calm = await makeSource();
  await replayAndUndo(calm.replayed, calm.records, async (op, more) => {
    await calm.replayed.step(op, more);
  });
  const expected = await standing(calm.replayed);

  const struck = await makeSource();
  const kills: Partial<Record<StepOp, number>> = {};
  await replayAndUndo(struck.replayed, struck.records, async (op, more) => {
    for (const fate of [refusal, 'lose-answer'] as const) {
      for (let at = 0; await dies(struck.replayed, op, more, at, fate); at += 1) kills[op] = (kills[op] ?? 0) + 1;
    }
    stage.proxy.reset();
    await struck.replayed.step(op, more);
  });
  expect(await standing(struck.replayed)).toEqual(expected);
  // Each of these writes something.
  for (const op of [
    'prepare',
    'begun',
    'progress',
    'compare',
    'noteHold',
    'held',
    'switch',
    'letGo',
    'correct',
    'undo',
    'finish',
  ] as const) {
    expect([op, kills[op] ?? 0]).toEqual([op, expect.toSatisfy((count: number) => count >= 2)]);
  }
});

/** Performs a step that is cut off at its write of number `at`: nothing that it sends from then on arrives. False where it has fewer. */
async function dies(
  replayed: Replayed,
  op: StepOp,
  more: object | undefined,
  at: number,
  fate: Fate,
): Promise<boolean> {
  let writes = 0;
  let isDead = false;
  stage.proxy.reset();
  stage.proxy.decide = ({ operation }) => {
    if (isDead) return refusal;
    if (operation !== 'UpdateItem') return 'pass';
    writes += 1;
    if (writes <= at) return 'pass';
    isDead = true;
    return fate;
  };
  const error = await replayed.step(op, more).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  stage.proxy.reset();
  if (!isDead) {
    expect(error).toBeUndefined();
    return false;
  }
  expect(error?.message).toMatch(/AccessDenied/);
  return true;
}

test('an abort wins before the switch, and loses after it', async () => {
  const { replayed, records } = await makeSource();
  await replayed.prepare();
  await replayed.recount(records);
  await replayed.step('begun');
  await replayed.compare();
  await replayed.hold();
  const before = await replayed.totals();
  const error = { name: 'NotPassed', cause: 'behind' };
  const won = {
    aborted: true,
    switched: false,
    pipe: `tidemark-${replayed.run}`,
    held: [
      { Consumer: 'count', Mapping: 'uuid-count' },
      { Consumer: 'window', Mapping: 'uuid-window' },
    ],
  };
  // A call that made the pipe may still be on its way, so shortly after the pipe ran.
  expect(await replayed.step('abort', { error })).toEqual({ ...won, waitSeconds: expect.toSatisfy((n) => n > 0) });
  expect(await replayed.step('abort', { error: { name: 'States.Timeout', cause: '' } })).toEqual({
    ...won,
    waitSeconds: 120,
  });
  for (const op of ['begun', 'progress', 'compare', 'held', 'passed', 'switch'] as const) {
    await expect(replayed.step(op)).rejects.toMatchObject({ name: 'Aborted' });
  }
  await expect(replayed.step('finish', { outcome: 'aborted' })).rejects.toMatchObject({ name: 'OutOfTurn' });
  await replayed.step('letGo');
  expect(await replayed.step('finish', { outcome: 'aborted', error })).toEqual({ outcome: 'aborted' });
  expect(await replayed.totals()).toEqual(before);
  expect(await replayed.runItem()).toMatchObject({ Outcome: 'aborted', Error: 'NotPassed: behind', Phase: 'ended' });
  expect(await replayed.step('abort')).toEqual({ aborted: false, switched: false, held: [], waitSeconds: 0 });

  // The generation of a run that came to nothing is not given again.
  replayed.nextRun();
  expect(await replayed.prepare()).toMatchObject({ generation: 2 });
  await replayed.recount(records);
  await replayed.step('begun');
  await replayed.compare();
  await replayed.hold();
  const { held } = await replayed.step('switch');
  expect(await replayed.step('abort', { error })).toEqual({
    ...won,
    aborted: false,
    switched: true,
    held,
    waitSeconds: 65,
    pipe: `tidemark-${replayed.run}`,
  });
  await replayed.goForward();
  expect(await replayed.totals()).not.toEqual(before);
});

test('of two runs the second is refused with who has the lock, and touches nothing', async () => {
  const { replayed } = await makeSource();
  await replayed.prepare();
  const [first, standingBefore] = [replayed.run, await replayed.deployment.control()];
  replayed.nextRun();
  await expect(replayed.prepare()).rejects.toMatchObject({
    name: 'LockHeld',
    message: expect.stringContaining(`replay ${first} has the lock, since 20`),
  });
  expect(await replayed.deployment.control()).toEqual(standingBefore);
  for (const op of ['begun', 'switch', 'letGo'] as const) {
    await expect(replayed.step(op)).rejects.toMatchObject({ name: 'LockLost' });
  }
});

test('a run that has ended is not begun again', async () => {
  const { replayed } = await makeSource();
  await replayed.prepare();
  await replayed.step('finish', { outcome: 'cancelled' });
  await expect(replayed.prepare()).rejects.toMatchObject({ name: 'Aborted' });
  expect(await replayed.step('finish', { outcome: 'failed' })).toEqual({ outcome: 'cancelled' });
});
