import type { RestoredRange } from '@tidemark/core/control/floors';
import { seriesKey } from '@tidemark/core/prune/object';
import type { SpanSize } from '@tidemark/core/series/key';
import { decodeBucket } from '@tidemark/core/series/key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { put } from '../../test/dynamodb-local.ts';
import { PruneStage } from '../../test/prune-stage.ts';
import type { Pruned } from '../../test/pruned.ts';
import type { Row } from '../../test/rows.ts';
import { dayMs, hourMs, midnightMs, minuteMs, row } from '../../test/rows.ts';

let stage: PruneStage;
beforeAll(async () => {
  stage = await PruneStage.start();
});
afterAll(() => stage?.stop());

const spans: Readonly<Partial<Record<SpanSize, number>>> = { '1m': minuteMs, '1h': hourMs, w60: minuteMs };
/** One is the beginning of another, one has everything that a key, a path or a query may stumble over. */
const names = ['page', 'page view', 'a/b#c?d=é&\'"\\\n\u0001', 'x'.repeat(100)];
const floors: Readonly<Partial<Record<SpanSize, number>>> = {
  '1m': midnightMs - 14 * dayMs,
  '1h': midnightMs - 90 * dayMs,
  w60: midnightMs - 30 * dayMs,
};

/** Around each floor, buckets of two shards: in three days before it, and in two after; of three generations, of which one is true at a time. */
function rowsAround(): Row[] {
  const rows: Row[] = [];
  for (const [size, floorMs] of Object.entries(floors) as [SpanSize, number][]) {
    const spanMs = spans[size] ?? 0;
    for (const [at, name] of ['$other', ...names].entries()) {
      for (const offset of [-2 * dayMs - spanMs, -2 * dayMs, -spanMs, 0, dayMs]) {
        for (const generation of [0, 1, 2]) {
          const startMs = floorMs + offset;
          rows.push(row(name, { size, generation, startMs }, at + generation + 1));
          rows.push(row(name, { size, generation, startMs, slice: '000000000001' }, at + 7));
        }
      }
    }
  }
  return rows;
}

/** The time of an invocation after which it goes on no longer than it must: a chunk of deletions or of lines. */
const noTimeMs = 30_001;

const keyOf = (each: Row) => decodeBucket(each.Bucket);
const byKey = (one: Row, other: Row) =>
  `${one.EventName} ${one.Bucket}` < `${other.EventName} ${other.Bucket}` ? -1 : 1;

/** Generation 1 is true from two days before each floor to the floor, and generation 0 everywhere else. */
async function makeSource(): Promise<{ pruned: Pruned; rows: Row[]; trueOf: (each: Row) => boolean }> {
  const pruned = await stage.makeSource(names);
  const rows = rowsAround();
  await pruned.putRows(rows);
  await pruned.putFloors(floors as Record<string, number>);
  const ranges = Object.entries(floors).map(([size, floorMs = 0]) => [
    size,
    [
      { FromMs: floorMs - 2 * dayMs, Generation: 1 },
      { FromMs: floorMs, Generation: 0 },
    ],
  ]);
  await pruned.putTimeline(Object.fromEntries(ranges));
  const trueOf = (each: Row) => {
    const { size, startMs, generation } = keyOf(each);
    const floorMs = floors[size] ?? 0;
    return generation === (startMs >= floorMs - 2 * dayMs && startMs < floorMs ? 1 : 0);
  };
  // Of generation 2 somebody may want the rest back: it ended yesterday. That of generation 1 did so long ago.
  const run = { Kind: 'replay', StartedMs: 1, Execution: 'x', Phase: 'ended', Outcome: 'failed' };
  await pruned.deployment.putControl('RUN#one', { ...run, Generation: 1, EndedMs: Date.now() - 8 * dayMs });
  await pruned.deployment.putControl('RUN#two', { ...run, Generation: 2, EndedMs: Date.now() - dayMs });
  return { pruned, rows, trueOf };
}

const isBelow = (each: Row) => keyOf(each).startMs < (floors[keyOf(each).size] ?? 0);

test('exactly what lies below the floors goes, and what nobody can give back; the export is what went; a restore brings it back', async () => {
  const { pruned, rows, trueOf } = await makeSource();
  // No partial, and no business of ours.
  const strange = { EventName: 'page', Bucket: '1m#0000#2020-01-01T00:00:00Z', Something: 'else' };
  await put(stage.tables, pruned.deployment.tables.series, strange);

  expect(await pruned.prune()).toEqual({ outcome: 'pruned', reportKey: expect.stringContaining(pruned.run) });

  const stays = (each: Row) => !isBelow(each) && (trueOf(each) || keyOf(each).generation === 2);
  expect(await pruned.rows()).toEqual([...rows.filter(stays), strange].sort(byKey));

  const gone = rows.filter((each) => !stays(each));
  const truth = gone.filter((each) => isBelow(each) && trueOf(each));
  const objects = await pruned.exported();
  expect(Object.values(objects).flat().sort(byKey)).toEqual(truth.sort(byKey));
  for (const [key, lines] of Object.entries(objects)) {
    const [{ EventName = '', Bucket = '' } = {}] = lines;
    const { size, startMs, generation, slice } = decodeBucket(Bucket);
    const [day = '', time = ''] = new Date(startMs).toISOString().slice(0, 19).replaceAll(':', '').split('T');
    expect(key).toBe(`size=${size}/day=${day}/${seriesKey(EventName)}-000${generation}-${time}-${slice}.jsonl.gz`);
    expect(new Set(lines.map((line) => `${line.EventName} ${new Date(keyOf(line).startMs).getUTCDate()}`)).size).toBe(
      1,
    );
  }
  expect(await pruned.report()).toMatchObject({
    outcome: 'pruned',
    total: {
      items: gone.length,
      series: 5,
      objects: Object.keys(objects).length,
      replaced: gone.length - truth.length,
      again: 0,
    },
    bySize: Object.fromEntries(Object.keys(floors).map((size) => [size, { items: gone.length / 3 }])),
  });
  const item = await pruned.runItem();
  expect(item).toMatchObject({ Kind: 'prune', Phase: 'ended', Outcome: 'pruned', Cutoffs: floors, SlotsTotal: 5 });

  // A restore opens what it brings back to readers, and takes no floor back.
  const before = await pruned.floors();
  const [fromMs, toMs] = [midnightMs - 200 * dayMs, Date.now()];
  const untilMs = Date.now() + dayMs;
  const { sizes } = await pruned.restore({ from: fromMs, toMs, untilMs });
  expect([...sizes].sort()).toEqual(['1h', '1m', 'w60']);
  expect(await pruned.rows()).toEqual(
    [...rows.filter((each) => stays(each) || truth.includes(each)), strange].sort(byKey),
  );
  const { run } = pruned;
  const opened = (size: string): RestoredRange[] => [
    { FromMs: fromMs, ToMs: floors[size as SpanSize] ?? 0, UntilMs: untilMs, Run: run },
  ];
  expect(await pruned.floors()).toEqual({
    Version: 2,
    Floors: before.Floors,
    Restored: { '1m': opened('1m'), '1h': opened('1h'), w60: opened('w60') },
  });
  expect(await pruned.runItem()).toMatchObject({ Kind: 'restore', Outcome: 'restored', From: fromMs });
  expect(await pruned.report()).toMatchObject({ total: { items: truth.length, standing: 0 } });

  // Restored once more: everything lives.
  await pruned.restore({ from: fromMs, toMs, untilMs });
  expect(await pruned.report()).toMatchObject({ total: { items: 0, standing: truth.length } });

  // While it is open nothing of it goes; when its time is over all of it does, and is exported already.
  await pruned.prune();
  expect(await pruned.report()).toMatchObject({ total: { items: 0, objects: 0 } });
  const { Version, ...open } = await pruned.floors();
  const over = Object.keys(floors).map((size) => [
    size,
    opened(size).map((range) => ({ ...range, UntilMs: Date.now() })),
  ]);
  await pruned.deployment.putControl('FLOORS', { Version, ...open, Restored: Object.fromEntries(over) });
  await pruned.prune();
  expect(await pruned.rows()).toEqual([...rows.filter(stays), strange].sort(byKey));
  expect(await pruned.report()).toMatchObject({ total: { items: truth.length, objects: 0, again: 0 } });
  expect(await pruned.exported()).toEqual(objects);
  expect((await pruned.floors()).Restored).toEqual({});
  expect(Object.keys(await pruned.deployment.control()).filter((each) => each.startsWith('PRUNING'))).toEqual([]);
});

test('a restore leaves alone what lives, and what is not asked for', async () => {
  const { pruned, rows } = await makeSource();
  await pruned.prune();
  const left = await pruned.rows();
  const day = midnightMs - 16 * dayMs;
  const lost = rows.filter(
    (each) => keyOf(each).size === '1m' && keyOf(each).generation === 1 && keyOf(each).startMs === day,
  );
  expect(lost).toHaveLength(10);
  const living = { ...(lost[0] as Row), EventCount: 999 };
  await pruned.putRows([living]);
  await pruned.restore({ from: day, toMs: day + 1, sizes: ['1m'] });
  expect(await pruned.rows()).toEqual([...left, living, ...lost.slice(1)].sort(byKey));
  expect(await pruned.report()).toMatchObject({ sizes: ['1m'], total: { items: 9, standing: 1 } });
  expect(Object.keys((await pruned.floors()).Restored ?? {})).toEqual(['1m']);
  const nothing = { name: 'NothingToRestore' };
  await expect(pruned.prepare({ from: midnightMs - 14 * dayMs, sizes: ['1m'] }, 'restore')).rejects.toMatchObject(
    nothing,
  );
  await expect(pruned.prepare({ from: day, toMs: day, sizes: ['1m'] }, 'restore')).rejects.toMatchObject(nothing);
  expect((await pruned.deployment.control()).TIMELINE).not.toHaveProperty('Lock');
});

test('a restore replaces what came back since the deletion and holds less: the range reads as it did', async () => {
  const { pruned, rows } = await makeSource();
  await pruned.prune();
  const left = await pruned.rows();
  const day = midnightMs - 16 * dayMs;
  const lost = rows.filter(
    (each) => keyOf(each).size === '1m' && keyOf(each).generation === 1 && keyOf(each).startMs === day,
  );
  const back = lost
    .slice(0, 3)
    .map((each) => ({ ...each, EventCount: Number(each.EventCount) - 1, WrittenBy: 'live' }));
  await pruned.putRows(back);
  await pruned.restore({ from: day, toMs: day + 1, sizes: ['1m'] });
  expect(await pruned.rows()).toEqual([...left, ...lost].sort(byKey));
  expect(await pruned.report()).toMatchObject({ total: { items: 10, standing: 0 } });
});

test('what came back after it was deleted goes apart, and the export keeps what it has', async () => {
  const { pruned } = await makeSource();
  await pruned.prune();
  const left = await pruned.rows();
  const objects = await pruned.exported();
  const [came, other] = Object.values(objects).flat();
  if (came === undefined || other === undefined) throw new Error('nothing was exported');
  const back = { ...came, EventCount: 12_345, WrittenBy: 'live' };
  // One with other content, one as it was, and one of a bucket that was empty.
  const fresh = row('page', { size: '1m', generation: 0, startMs: midnightMs - 100 * dayMs });
  await pruned.putRows([back, other, fresh]);
  await pruned.prune();
  expect(await pruned.rows()).toEqual(left);
  const again = await pruned.exported('again');
  expect(Object.values(again)).toEqual([[back]]);
  expect(Object.keys(again)[0]).toContain(`${pruned.run}/size=`);
  const after = await pruned.exported();
  expect(after).toMatchObject(objects);
  expect(Object.values(after).flat().sort(byKey)).toEqual([...Object.values(objects).flat(), fresh].sort(byKey));
  expect(await pruned.report()).toMatchObject({ total: { items: 3, again: 1, objects: 2, buckets: 2 } });
});

test('a series that is larger than an object is exported in several, whatever the invocations see of it', async () => {
  const [seriesName, size] = ['page', '1m'] as const;
  const rows: Row[] = [];
  for (let minute = 0; minute < 1275; minute += 1) {
    for (let slice = 0; slice < 4; slice += 1) {
      const startMs = midnightMs - 20 * dayMs + minute * minuteMs;
      rows.push(row(seriesName, { size, generation: 0, startMs, slice: String(slice).padStart(12, '0') }, minute + 1));
    }
  }
  const pruned = await stage.makeSource([seriesName]);
  await pruned.putRows(rows);
  await pruned.putFloors({ [size]: midnightMs - 14 * dayMs });
  await pruned.prepare({ sizes: [size] });
  const planned = await pruned.step('plan');
  expect(planned.children).toEqual([
    { child: '00', first: -1, last: -1 },
    { child: '01', first: 0, last: 0 },
  ]);
  await pruned.each('series', planned, 30_500);
  await pruned.step('finish', { outcome: 'pruned' });
  expect(await pruned.rows()).toEqual([]);
  const objects = Object.values(await pruned.exported());
  expect(objects.map(({ length }) => length)).toEqual([5000, 100]);
  expect(objects.flat()).toEqual(rows);
  expect(await pruned.report()).toMatchObject({
    total: { items: rows.length, buckets: 1275, objects: 2, writeUnits: rows.length },
    series: [{ name: seriesName, items: rows.length }],
  });
});

test('a run goes on where its time was up, whatever of an object or a portion was done', async () => {
  const rows = Array.from({ length: 520 }, (_, at) =>
    row('page', { size: '1m', generation: 0, startMs: midnightMs - 20 * dayMs + at * minuteMs }, at + 1),
  );
  // Days of their own, and a series without any.
  for (const days of [40, 30])
    rows.push(row('page', { size: '1m', generation: 0, startMs: midnightMs - days * dayMs }));
  const pruned = await stage.makeSource(['page', 'none']);
  await pruned.putRows(rows);
  await pruned.putFloors({ '1m': midnightMs - 14 * dayMs });
  await pruned.prepare({ sizes: ['1m'] });
  expect(await pruned.each('series', await pruned.step('plan'), noTimeMs)).toBeGreaterThan(5);
  await pruned.step('finish', { outcome: 'pruned' });
  expect(await pruned.rows()).toEqual([]);
  expect(await pruned.report()).toMatchObject({ total: { items: 522, buckets: 522, objects: 3 } });
  await pruned.prepare({ from: 0, sizes: ['1m'] }, 'restore');
  expect(await pruned.each('restore', await pruned.step('plan'), noTimeMs)).toBeGreaterThan(8);
  expect(await pruned.rows()).toEqual(rows.sort(byKey));
  await pruned.step('finish', { outcome: 'restored' });
  const total = { items: 522, standing: 0, objects: 3, missing: 6 };
  expect(await pruned.report()).toMatchObject({ total });
});
