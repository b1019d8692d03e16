import type { StepOp } from '@tidemark/core/prune/steps';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Fate } from '../../test/metering-proxy.ts';
import type { ObjectFate } from '../../test/object-proxy.ts';
import { PruneStage } from '../../test/prune-stage.ts';
import type { Pruned } from '../../test/pruned.ts';
import type { Row } from '../../test/rows.ts';
import { dayMs, hourMs, midnightMs, minuteMs, row } from '../../test/rows.ts';

const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };
const floorMs = midnightMs - 90 * dayMs;

let stage: PruneStage;
beforeAll(async () => {
  stage = await PruneStage.start();
});
afterEach(() => stage.heal());
afterAll(() => stage?.stop());

/** Two days of two series below the floor of hours, of the true generation and of one that is not; and one item above. */
function twoDays(): Row[] {
  const rows: Row[] = [];
  for (const name of ['Pegasus', '$other']) {
    for (const startMs of [floorMs - dayMs, floorMs - 23 * hourMs, floorMs - hourMs, floorMs]) {
      for (const generation of [0, 1]) rows.push(row(name, { size: '1h', generation, startMs }));
    }
  }
  return rows;
}

async function makeSource(rows = twoDays()): Promise<Pruned> {
  const pruned = await stage.makeSource(['Pegasus']);
  await pruned.putRows(rows);
  await pruned.putTimeline({});
  await pruned.putFloors({ '1h': floorMs });
  const run = { Kind: 'replay', StartedMs: 1, EndedMs: 2, Execution: 'x', Phase: 'ended', Outcome: 'switched' };
  const Before = { '1h': [{ FromMs: floorMs, Generation: 1 }] };
  await pruned.deployment.putControl('RUN#old', { ...run, Generation: 1, Before, First: { '1h': floorMs } });
  await pruned.deployment.putControl('CHECKPOINT#recount-0001#shardId-000000000000', { LastSequence: '001:1' });
  await pruned.deployment.putControl('LEDGER#recount-0001#2026-11-02#shardId-000000000000', { Received: 1 });
  await pruned.deployment.putControl('PRUNING#stopped#00', { Version: 3, Tally: {} });
  return pruned;
}

type Strike = (op: StepOp, more?: object) => Promise<unknown>;

/** Every step of a prune, of a restore, and of the prune after it. */
async function allRuns(pruned: Pruned, strike: Strike): Promise<void> {
  const prepare = (kind: string, request: object) => {
    pruned.nextRun();
    const execution = `arn:aws:states:us-east-1:000000000000:execution:Prune:${pruned.run}`;
    return strike('prepare', { kind, execution, request: { run: pruned.run, source: pruned.source, ...request } });
  };
  const children = [
    { child: '00', first: -1, last: -1 },
    { child: '01', first: 0, last: 0 },
  ];
  // It raises the floor of minutes as well.
  await prepare('prune', { reason: 'nightly' });
  await strike('plan');
  for (const range of children) await strike('series', range);
  await strike('finish', { outcome: 'pruned' });

  const [gone] = twoDays();
  await pruned.putRows([{ ...(gone as Row), EventCount: 99 }]);
  await prepare('restore', { from: floorMs - 23 * hourMs, toMs: floorMs, sizes: ['1h'], untilMs: 4_000_000_000_000 });
  await strike('plan');
  for (const range of children) await strike('restore', range);
  await strike('open');
  await strike('finish', { outcome: 'restored' });

  await prepare('prune', { sizes: ['1h'] });
  await strike('plan');
  for (const range of children) await strike('series', range);
  await strike('abort', { error: { name: 'States.Timeout', cause: 'late' } });
  await strike('finish', { outcome: 'failed', error: { name: 'States.Timeout', cause: 'late' } });
}

/** Everything that stands at last, without names and times that differ from run to run. */
async function standing(pruned: Pruned): Promise<unknown> {
  const objects = await pruned.deployment.objects();
  const text = JSON.stringify({
    control: Object.entries(await pruned.deployment.control()),
    rows: await pruned.rows(),
    exported: Object.entries(await pruned.exported()),
    again: Object.entries(await pruned.exported('again')),
    reports: Object.entries(objects).flatMap(([key, body]) =>
      key.includes('/reports/') ? [[key, JSON.parse(Buffer.from(body).toString())]] : [],
    ),
  });
  return JSON.parse(
    text
      .replaceAll(pruned.source, 'SOURCE')
      .replaceAll(/\d{8}T\d{6}Z-/g, 'RUN-')
      .replaceAll(/"(StartedMs|EndedMs|EffectiveMs|AbortedMs|SinceMs|FromMs|effectiveFrom)":[^,}]*/g, '"$1":0'),
  );
}

test('every step is killed before and after each of its writes: in the end all is as if nothing had happened', async () => {
  const calm = await makeSource();
  await allRuns(calm, (op, more) => calm.step(op, more));
  const expected = await standing(calm);

  const struck = await makeSource();
  const kills: Partial<Record<StepOp, number>> = {};
  await allRuns(struck, async (op, more) => {
    const strikeAt = async (at: number, isLost: boolean) => dies(struck, op, more, at, isLost);
    // A step with one write has nothing left to write after it.
    for (const isLost of [false, true]) kills[op] = (kills[op] ?? 0) + ((await strikeAt(0, isLost)) ? 1 : 0);
    for (const isLost of [false, true]) {
      for (let at = 0; await strikeAt(at, isLost); at += 1) kills[op] = (kills[op] ?? 0) + 1;
    }
    stage.heal();
    await struck.step(op, more);
  });
  expect(await standing(struck)).toEqual(expected);
  // Each of these writes something.
  for (const op of ['prepare', 'plan', 'series', 'restore', 'open', 'abort', 'finish'] as const) {
    expect([op, kills[op] ?? 0]).toEqual([op, expect.toSatisfy((count: number) => count >= 2)]);
  }
});

const writes = ['UpdateItem', 'PutItem', 'BatchWriteItem'];

/** Performs a step that is cut off at its write of number `at`: nothing that it sends from then on arrives. False where it has fewer. */
async function dies(
  pruned: Pruned,
  op: StepOp,
  more: object | undefined,
  at: number,
  isLost: boolean,
): Promise<boolean> {
  let written = 0;
  let isDead = false;
  const fateOf = (isWrite: boolean): 'pass' | 'lose-answer' | 'refuse' => {
    if (isDead) return 'refuse';
    if (!isWrite) return 'pass';
    written += 1;
    if (written <= at) return 'pass';
    isDead = true;
    return isLost ? 'lose-answer' : 'refuse';
  };
  stage.proxy.decide = ({ operation }) => {
    const fate = fateOf(writes.includes(operation));
    return fate === 'refuse' ? refusal : fate;
  };
  stage.objects.decide = ({ method }) => {
    const fate = fateOf(method === 'PUT');
    return fate === 'refuse' ? { fault: 'AccessDenied', status: 403 } : fate;
  };
  const error = await pruned.step(op, more).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  stage.heal();
  if (!isDead) {
    expect(error).toBeUndefined();
    return false;
  }
  expect(error?.message).toMatch(/AccessDenied/);
  return true;
}

/** One series below the floor, of so many items, so far from each other. */
async function makeLarge(items: number, apartMs = minuteMs): Promise<{ pruned: Pruned; rows: Row[] }> {
  const rows = Array.from({ length: items }, (_, at) =>
    row('Pegasus', { size: '1m', generation: 0, startMs: midnightMs - 20 * dayMs + at * apartMs }, at + 1),
  );
  const pruned = await stage.makeSource(['Pegasus']);
  await pruned.putRows(rows);
  await pruned.putFloors({ '1m': midnightMs - 14 * dayMs });
  await pruned.prepare({ sizes: ['1m'] });
  await pruned.step('plan');
  return { pruned, rows };
}

const child = { child: '01', first: 0, last: 0 };

test('what DynamoDB does not process is sent again until it is', async () => {
  const { pruned } = await makeLarge(60);
  stage.proxy.decide = ({ operation, number }) => {
    if (operation !== 'BatchWriteItem') return 'pass';
    if (number === 1) return { fault: 'ProvisionedThroughputExceededException', status: 400 };
    return number < 6 ? { processed: number % 3 } : 'pass';
  };
  expect(await pruned.step('series', child)).toMatchObject({ done: true, tally: { Items: 60, WriteUnits: 60 } });
  expect(await pruned.rows()).toEqual([]);
  expect(Object.values(await pruned.exported()).flat()).toHaveLength(60);
});

test('where DynamoDB takes nothing, the step says where it stands, and later goes on there', async () => {
  const { pruned, rows } = await makeLarge(60);
  // The first batch goes, and no other. Without time there are no further attempts.
  stage.proxy.decide = ({ operation, number }) =>
    operation === 'BatchWriteItem' && number > 0 ? { processed: 0 } : 'pass';
  const answer = await pruned.step('series', child, 30_001);
  if (answer.done) throw new Error('it cannot be done');
  expect(await pruned.rows()).toEqual(rows.slice(25));
  expect(answer.cursor).toMatchObject({ slot: 0, work: 0, after: rows[24]?.Bucket, tally: { Items: 60 } });
  stage.heal();
  const { cursor } = answer;
  expect(await pruned.step('series', { ...child, cursor })).toMatchObject({
    done: true,
    tally: { Items: 60, Objects: 1 },
  });
  expect(await pruned.rows()).toEqual([]);
});

test('an object that is there already is read: of the same call it is the export, of anything else it is in the way', async () => {
  const { pruned, rows } = await makeLarge(30);
  const exists: ObjectFate = { fault: 'PreconditionFailed', status: 412 };
  stage.objects.decide = ({ method }) => (method === 'PUT' ? exists : 'pass');
  await expect(pruned.step('series', child)).rejects.toMatchObject({ name: 'ExportDamaged' });
  expect(await pruned.rows()).toEqual(rows);
  let puts = 0;
  stage.objects.decide = ({ method }) => {
    if (method !== 'PUT') return 'pass';
    puts += 1;
    return puts === 1 ? 'lose-answer' : exists;
  };
  expect(await pruned.step('series', child)).toMatchObject({ done: true, tally: { Items: 30, Objects: 1 } });
  expect(puts).toBe(2);
  expect(await pruned.rows()).toEqual([]);
  expect(Object.values(await pruned.exported()).flat()).toEqual(rows);
});

test.each([
  ['another content', (body: Buffer) => Buffer.from(body.toString('latin1').replace(/./s, 'x'), 'latin1')],
  ['a part of it', (body: Buffer) => body.subarray(0, body.length - 20)],
  ['nothing', () => Buffer.alloc(0)],
])('an export of which S3 has kept %s stops the run before anything is deleted', async (_, spoil) => {
  // Of several days at once.
  const { pruned, rows } = await makeLarge(30, 4 * hourMs);
  stage.objects.decide = ({ method, path, body }) =>
    method === 'PUT' && path.includes('/counts/') ? { body: spoil(body) } : 'pass';
  await expect(pruned.step('series', child)).rejects.toMatchObject({
    name: 'ExportDamaged',
    message: expect.stringMatching(/^prune\/.*\/counts\/size=1m\/.*jsonl\.gz /),
  });
  stage.heal();
  // It lies there, and nobody takes it for an export.
  await expect(pruned.step('series', child)).rejects.toMatchObject({ name: 'ExportDamaged' });
  expect(await pruned.rows()).toEqual(rows);
});

test('a restore says which object it cannot read', async () => {
  const { pruned } = await makeLarge(30);
  await pruned.step('series', child);
  await pruned.step('finish', { outcome: 'pruned' });
  const key = Object.keys(await pruned.deployment.objects()).find((each) => each.includes('/counts/')) ?? '';
  await pruned.deployment.putObject(key, Buffer.from('no gzip'));
  await pruned.prepare({ from: 0, sizes: ['1m'] }, 'restore');
  await pruned.step('plan');
  const failure = { name: 'ExportDamaged', message: expect.stringContaining(key) };
  await expect(pruned.step('restore', child)).rejects.toMatchObject(failure);
});

test.each([
  [
    'aborted',
    'Aborted',
    (timeline: object) => ({ ...timeline, Lock: { ...(timeline as { Lock: object }).Lock, Stage: 'aborted' } }),
  ],
  ['lost to another run', 'LockLost', (timeline: object) => ({ ...timeline, Lock: { Run: 'other', Kind: 'replay' } })],
])('a run whose lock is %s deletes no more than it had begun to', async (_, name, change) => {
  const { pruned, rows } = await makeLarge(1300);
  stage.proxy.decide = async ({ operation, number }): Promise<Fate> => {
    if (operation === 'BatchWriteItem' && number === 3) {
      const { TIMELINE = {} } = await pruned.deployment.control();
      await pruned.deployment.putControl('TIMELINE', change(TIMELINE) as Record<string, unknown>);
    }
    return 'pass';
  };
  await expect(pruned.step('series', child)).rejects.toMatchObject({ name });
  stage.heal();
  expect(await pruned.rows()).toEqual(rows.slice(500));
  expect(Object.values(await pruned.exported()).flat()).toEqual(rows);
  await expect(pruned.step('series', child)).rejects.toMatchObject({ name });
  await expect(pruned.step('plan')).rejects.toMatchObject({ name });
});

test('two at once refuse each other, and a nightly run that is refused leaves nothing', async () => {
  const { pruned } = await makeLarge(1);
  const before = await pruned.deployment.control();
  const first = pruned.run;
  for (const request of [{ nightly: true } as const, { beforeMs: midnightMs - 30 * dayMs }]) {
    await expect(pruned.prepare(request)).rejects.toMatchObject({
      name: 'LockHeld',
      message: expect.stringContaining(`prune ${first} has the lock, since 20`),
    });
  }
  await expect(pruned.prepare({ from: 0 }, 'restore')).rejects.toMatchObject({ name: 'LockHeld' });
  expect(await pruned.deployment.control()).toEqual(before);
});

test('two invocations that do the same work: one of them is too many, and nothing is told twice', async () => {
  const { pruned, rows } = await makeLarge(1200);
  const answers = await Promise.allSettled([pruned.step('series', child), pruned.step('series', child)]);
  expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(await pruned.step('series', child)).toMatchObject({ done: true, tally: { Items: rows.length } });
  expect(await pruned.rows()).toEqual([]);
  expect(Object.values(await pruned.exported()).flat()).toEqual(rows);
});
