import { Random } from '@tidemark/core/generate/random';
import type { ReportLine } from '@tidemark/core/replay/report';
import { decodeBucket } from '@tidemark/core/series/key';
import { isWindowSize } from '@tidemark/core/series/window';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Put } from '../figure-differences.ts';
import type { Item } from '../found.ts';
import { type Stack, startStack } from '../stack.ts';
import { Readings, replayedSource, replayedStack } from './readings.ts';
import type { EndedRun } from './runs.ts';
import { addedEvents, type Spoilt } from './spoiling.ts';
import { Trial } from './trial.ts';

/*
 * What is spoilt by hand is found, and nothing else; a replay repairs it, an undo brings it back. One course, whose steps build on each other.
 */

const sizes = ['1m', '1h', 'w60'] as const;

let stack: Stack;
let trial: Trial;
/** What is true before anything is spoilt, and after. */
let right: readonly Item[];
let wrong: readonly Item[];
let spoilt: readonly Spoilt[];
let replayed: EndedRun;

beforeAll(async () => {
  stack = await startStack({ sources: { rides: replayedSource } }, replayedStack);
  trial = new Trial(stack, 'rides');
  const readings = new Readings(stack.engine, trial.world, { seed: 1 });
  for (let piece = 0; piece < 5; piece += 1) {
    await readings.put(120);
    await trial.world.counted();
    stack.engine.clock.advance(70_000);
  }
  expect(await trial.differences()).toEqual([]);
  right = await trial.trueRows();
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
});

const byKey = (rows: readonly Item[]) =>
  new Map(rows.map((row) => [`${row.EventName} ${bucketOf(row)}`, contentOf(row)]));

/** Size, start and slice. */
function bucketOf({ Bucket }: Item): string {
  return String(Bucket).replace(/#\d{4}#/, '#');
}

/** Without the traces of who wrote it. */
function contentOf({ EventName: _, Bucket: __, WrittenBy: ___, Recounted: ____, ...content }: Item): Item {
  return content;
}

function lineKey({ name, size, start, slice }: ReportLine): string {
  return `${name} ${size}#${start}#${slice}`;
}

const spoiltKeys = () => spoilt.map(({ row }) => `${row.EventName} ${bucketOf(row)}`).sort();

async function succeeds(ended: EndedRun, outcome: string): Promise<void> {
  expect(ended, `${ended.error}: ${ended.cause}`).toMatchObject({ status: 'SUCCEEDED' });
  expect(await trial.item(ended.run)).toMatchObject({ Outcome: outcome, Phase: 'ended' });
  expect(await trial.remains()).toEqual([]);
}

/** What the corrections of a replay must have put of everything that was spoilt: `EventCount` of buckets and the readings of windows. */
function expectedCorrections(): Map<string, Put> {
  const puts = new Map<string, Put>();
  const add = (metric: string, { EventName, Bucket }: Item, count: number, sum: number) => {
    const minute = `${new Date(decodeBucket(String(Bucket)).startMs).toISOString().slice(0, 16)}:00Z`;
    const key = `${metric} ${EventName} ${minute}`;
    const before = puts.get(key) ?? { count: 0, sum: 0 };
    puts.set(key, { count: before.count + count, sum: before.sum + sum });
  };
  for (const { how, size, row } of spoilt) {
    if (how === 'wrong fence' || size === '1h') continue;
    const events = how === 'deleted' ? Number(row.EventCount) : -addedEvents;
    // What was added to a window has no measures, of which alone there are metrics.
    if (isWindowSize(size) && how === 'added to') continue;
    add('Correction', row, 1, events);
    if (size === '1m') add('EventCount', row, 1, events);
    else for (const [measure, { Count, Sum }] of measuresOf(row)) add(measure, row, Count, Sum);
  }
  return puts;
}

function measuresOf({ Measures }: Item): [string, { Count: number; Sum: number }][] {
  return Object.entries(Measures as Record<string, { Count: number; Sum: number }>);
}

/** Somebody deletes what was published: that it is back is published again, which nobody can know. */
function alsoPutOfDeleted(windowsTimes: number): void {
  trial.alsoPut.clear();
  for (const { how, size, row } of spoilt) {
    if (how !== 'deleted' || size === '1h') continue;
    const minute = `${new Date(decodeBucket(String(row.Bucket)).startMs).toISOString().slice(0, 16)}:00Z`;
    const puts: [string, Put][] =
      size === '1m'
        ? [['EventCount', { count: 1, sum: Number(row.EventCount) }]]
        : measuresOf(row).map(([measure, { Count: count, Sum: sum }]) => [measure, { count, sum }]);
    for (const [metric, put] of puts) {
      const key = `${metric} ${row.EventName} ${minute}`;
      const times = size === '1m' ? 1 : windowsTimes;
      trial.alsoPut.set(key, [...(trial.alsoPut.get(key) ?? []), ...Array<Put>(times).fill(put)]);
    }
  }
}

const countsOf = (puts: ReadonlyMap<string, Put>) =>
  new Map([...puts].map(([key, { count, sum }]) => [key, /^(EventCount|Correction) /.test(key) ? sum : count]));

describe('what is spoilt by hand', { timeout: 600_000 }, () => {
  it('is nothing at first: verify finds all equal, and changes nothing', async () => {
    const ended = await trial.run('replay', { from: 'trim-horizon', verify: true });
    await succeeds(ended, 'equal');
    const { compared } = await trial.reports.report(ended.run);
    expect(compared).toEqual({ Equal: right.length, Different: 0, Undecided: 0, UndecidedClosed: 0 });
    expect(await trial.reports.lines(ended.run)).toEqual([]);
    expect(await trial.trueRows()).toEqual(right);
    expect(await trial.differences()).toEqual([]);
  });

  it('is found by verify: exactly that', async () => {
    spoilt = await trial.spoiling.spoil(right, sizes, 3, new Random(2));
    await trial.world.settled();
    wrong = await trial.trueRows();
    const ended = await trial.run('replay', { from: 'trim-horizon', verify: true });
    await succeeds(ended, 'different');
    const lines = await trial.reports.lines(ended.run);
    expect(lines.map(lineKey).sort()).toEqual(spoiltKeys());
    expect(new Set(lines.map(({ verdict }) => verdict))).toEqual(new Set(['different']));
    const { compared } = await trial.reports.report(ended.run);
    expect(compared).toMatchObject({ Different: spoilt.length, Equal: right.length - spoilt.length, Undecided: 0 });
    expect(await trial.trueRows()).toEqual(wrong);
  });

  it('is repaired by a replay, and the sums in CloudWatch with it', async () => {
    replayed = await trial.run('replay', { from: 'trim-horizon', reason: 'spoilt by hand' });
    await succeeds(replayed, 'switched');
    expect((await trial.reports.lines(replayed.run)).map(lineKey).sort()).toEqual(spoiltKeys());
    expect(byKey(await trial.trueRows())).toEqual(byKey(right));
    expect(countsOf(trial.corrections.ofRun)).toEqual(countsOf(expectedCorrections()));
    expect(await trial.item(replayed.run)).toMatchObject({ Corrected: { NotCorrectable: 0, TooNew: 0, TooOld: 0 } });
    alsoPutOfDeleted(1);
    expect(await trial.differences()).toEqual([]);
  });

  it('is back after an undo', async () => {
    const undone = await trial.run('undo', { undoes: replayed.run });
    await succeeds(undone, 'undone');
    expect(await trial.trueRows()).toEqual(wrong);
    const { stays } = await trial.reports.undoReport(undone.run);
    expect(stays).toEqual([]);
    const buckets = (puts: ReadonlyMap<string, Put>) =>
      [...puts].filter(([key]) => key.startsWith('EventCount ')).map(([key, { sum }]) => [key, Math.abs(sum)]);
    expect(buckets(trial.corrections.ofRun).sort()).toEqual(buckets(expectedCorrections()).sort());
    const deletedWindows = spoilt.filter(({ how, size }) => how === 'deleted' && isWindowSize(size));
    const { Corrected } = await trial.item(undone.run);
    expect(Corrected?.NotCorrectable).toBe(deletedWindows.flatMap(({ row }) => measuresOf(row)).length);
    expect(await trial.item(replayed.run)).toMatchObject({ UndoneBy: undone.run });
  });

  it('is repaired again by a second replay', async () => {
    const again = await trial.run('replay', { from: 'trim-horizon' });
    await succeeds(again, 'switched');
    expect(byKey(await trial.trueRows())).toEqual(byKey(right));
    alsoPutOfDeleted(2);
    expect(await trial.differences()).toEqual([]);
  });
});

describe('runs one after the other, and at once', { timeout: 600_000 }, () => {
  it('ten replays in a row leave everything as it is', async () => {
    const readings = new Readings(stack.engine, trial.world, { seed: 3, prefix: 'later' });
    for (let replay = 0; replay < 10; replay += 1) {
      await readings.put(20);
      await succeeds(await trial.run('replay', { from: 'trim-horizon', force: true }), 'switched');
    }
    expect(await trial.differences()).toEqual([]);
  });

  it('of two at once the second is refused with who holds the lock, and the first ends as if it had been alone', async () => {
    const first = await trial.start('replay', { from: 'trim-horizon', force: true });
    await expect.poll(async () => (await trial.timeline()).Lock?.Run).toBe(first.run);
    const second = await trial.runs.start('replay', { from: 'trim-horizon' });
    const refused = await trial.runs.ended(second);
    expect(refused).toMatchObject({ status: 'FAILED', error: 'LockHeld' });
    expect(refused.cause).toContain(first.run);
    await expect(trial.item(second.run)).rejects.toThrow('no run');
    await succeeds(await trial.end(first), 'switched');
    expect(await trial.differences()).toEqual([]);
  });
});

describe('the hold of live counting', { timeout: 600_000 }, () => {
  /** In engine time: a clock that stands still but for waits leaves out how fast this machine is. Milliseconds. */
  async function heldMs(): Promise<number> {
    const { clock } = stack.engine;
    clock.scale(0);
    try {
      const ended = await trial.run('replay', { from: 'trim-horizon', force: true });
      await succeeds(ended, 'switched');
      const { HeldFromMs = Number.NaN, HeldUntilMs = Number.NaN } = await trial.item(ended.run);
      return HeldUntilMs - HeldFromMs;
    } finally {
      clock.scale(2);
    }
  }

  it('takes minutes, as many with many buckets as with few', async () => {
    const before = (await trial.trueRows()).length;
    const few = await heldMs();
    const readings = new Readings(stack.engine, trial.world, { seed: 5, prefix: 'many' });
    for (let hour = 0; hour < 20; hour += 1) await readings.put(200, stack.engine.clock.now() - hour * 1_800_000);
    await trial.world.settled();
    expect((await trial.trueRows()).length).toBeGreaterThan(3 * before);
    const many = await heldMs();
    // What is waited for: the last calls of live counting, the pipe, the last calls of the recount, and every memory of the timeline.
    expect(few).toBeGreaterThan((22 + 127 + 65) * 1000);
    expect(few).toBeLessThan(5 * 60_000);
    // A look at a mapping that is not disabled yet is one look more.
    expect(Math.abs(many - few)).toBeLessThanOrEqual(10_000);
  });
});
