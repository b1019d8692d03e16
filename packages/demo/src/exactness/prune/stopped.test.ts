import { totalPruned } from '@tidemark/core/prune/tally';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../command.ts';
import { type Readings, replayedStack } from '../replay/readings.ts';
import { someOf } from '../replay/rounds.ts';
import type { RunPosition } from '../replay/run-calls.ts';
import type { Asked, EndedRun, StartedRun } from '../replay/runs.ts';
import { installStop, type Stop, stopNames } from '../replay/stops.ts';
import { type Stack, startStack } from '../stack.ts';
import { damages } from './damage.ts';
import { liveReadings, longAgoReadings, maxSeries, prunedSource } from './pruned-source.ts';
import { PruneTrial } from './trial.ts';

/*
 * What keeps a prune or a restore from its end: an execution is stopped, or cancelled, at each of its calls, another run has the lock, a shard is not counted.
 * Nothing is lost by it, and the next run goes on as if nothing had been.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const daysMax = 120;

let stack: Stack;
let trial: PruneTrial;
let live: Readings;
let midnightMs: number;
let day = daysMax - 5;
let prunes: readonly RunPosition[];
let restores: readonly RunPosition[];

beforeAll(async () => {
  stack = await startStack({ sources: { rides: prunedSource } }, replayedStack);
  midnightMs = Math.floor(stack.engine.clock.now() / dayMs) * dayMs;
  trial = new PruneTrial(stack, 'rides', { maxSeries });
  const { world } = trial.base;
  live = liveReadings(stack.engine, world, 1);
  await longAgoReadings(stack.engine, world, { seed: 3, days: daysMax }).put(300);
  await world.settled();
  await trial.freeze();
  const positionsOf = async (asked: Asked) => {
    trial.base.calls.record();
    expect(await trial.base.run('prune', asked)).toMatchObject({ status: 'SUCCEEDED' });
    return [...new Set(trial.base.calls.ofMachine)];
  };
  prunes = await positionsOf(nextDay());
  restores = await positionsOf(lastDays());
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
});

/** To prune another day. */
function nextDay(): Asked {
  day -= 1;
  return { beforeMs: midnightMs - day * dayMs };
}

/** To restore the latest days that were pruned, until the next prune. */
function lastDays(): Asked {
  const toMs = midnightMs - day * dayMs;
  return { from: toMs - 3 * dayMs, toMs, untilMs: stack.engine.clock.now() };
}

/** Every way at every call; what nobody hears of is every other. */
function stops(positions: readonly RunPosition[]): readonly Stop[] {
  const all = positions.flatMap((position) => stopNames.map((name) => ({ position, name })));
  return someOf(
    all.map((stop, at) => ({ ...stop, isUnheard: at % 2 === 1 })),
    // Prime to the number of ways, so that each comes up.
    7,
  );
}

async function stopOne(stop: Stop, asked: Asked): Promise<void> {
  await live.put(5);
  const installed = installStop(trial.base, stop);
  const started = await trial.base.start('prune', asked);
  const { status } = await trial.base.end(started);
  await live.put(5);
  await trial.base.released(installed.landed());
  installed.remove();
  const Outcome = await trial.base.item(started.run).then(
    (item) => item.Outcome,
    () => 'none',
  );
  const found = { stop, hasStruck: installed.hasStruck, status, remains: await trial.base.remains() };
  expect(found).toEqual({ stop, hasStruck: true, status: 'ABORTED', remains: [] });
  // Only before its first write a run is not known to anybody.
  if (Outcome === 'none') expect(stop.position).toBe('machine: prepare');
  else expect(['cancelled', 'pruned', 'restored']).toContain(Outcome);
  // The same once more ends as if there had been one.
  expect(await trial.base.run('prune', asked)).toMatchObject({ status: 'SUCCEEDED' });
  expect({ stop, differences: await trial.differences() }).toEqual({ stop, differences: [] });
}

/** Starts a run, and does something while it has the lock; resolves when it has ended. */
async function meanwhile(started: StartedRun, work: () => Promise<void>): Promise<EndedRun> {
  const { hurry } = trial.base;
  let isDone = false;
  hurry.onStep = async () => {
    if (isDone || (await trial.base.timeline()).Lock?.Run !== started.run) return;
    isDone = true;
    await work();
  };
  const ended = await trial.base.end(started);
  hurry.onStep = async () => {};
  expect(isDone).toBe(true);
  return ended;
}

describe('a prune', { timeout: 7_200_000 }, () => {
  it('that is stopped goes on with the next', async () => {
    const all = stops(prunes);
    expect(new Set(all.map(({ name }) => name)).size).toBeGreaterThan(2);
    for (const stop of all) await stopOne(stop, nextDay());
  });

  it('refuses another, a restore and a replay, and says who has the lock', async () => {
    const started = await trial.base.start('prune', nextDay());
    const { status } = await meanwhile(started, async () => {
      const others = [
        await trial.base.runs.start('prune', { beforeMs: midnightMs - 2 * dayMs }),
        await trial.base.runs.start('prune', lastDays()),
        await trial.base.runs.start('replay', { from: 'trim-horizon', force: true }),
      ];
      for (const other of others) {
        const { error, cause } = await trial.base.runs.ended(other);
        expect(error).toBe('LockHeld');
        expect(cause).toContain(started.run);
      }
      const asked = ['prune', '--older-than', '2d', '--yes', '--source', 'rides'];
      const said = await runCommand(stack.engine, asked);
      expect(said.exitCode).toBe(1);
      expect(said.error).toContain(started.run);
    });
    expect(status).toBe('SUCCEEDED');
    expect(await trial.differences()).toEqual([]);
  });

  it('gives way to a replay, and the schedule’s without a word', async () => {
    const before = await trial.floors();
    const started = await trial.base.start('replay', { from: stack.engine.clock.now() - hourMs, force: true });
    const { status } = await meanwhile(started, async () => {
      const pruned = await trial.base.runs.ended(await trial.base.runs.start('prune', nextDay()));
      expect([pruned.error, pruned.cause?.includes(started.run)]).toEqual(['LockHeld', true]);
      const nightly = await trial.base.runs.start('prune', { nightly: true });
      expect(await trial.base.runs.ended(nightly)).toMatchObject({ status: 'SUCCEEDED' });
      await expect(trial.base.item(nightly.run)).rejects.toThrow('no run');
    });
    expect(status).toBe('SUCCEEDED');
    expect(await trial.floors()).toEqual(before);
    expect(await trial.differences()).toEqual([]);
  });

  it('waits for a shard that is not counted, gives up after hours, and has deleted nothing', async () => {
    const { world } = trial.base;
    const { countMapping } = world;
    await world.settled();
    const before = await trial.exported.objects('counts');
    countMapping.update(false);
    await countMapping.settled();
    await live.put(20);
    const asked = nextDay();
    trial.base.hurry.onStep = async (state) => {
      if (state.endsWith(': not yet')) stack.engine.clock.advance(3 * hourMs);
    };
    const { run, error, cause } = await trial.base.run('prune', asked);
    trial.base.hurry.onStep = async () => {};
    expect(error).toBe('Stalled');
    expect(cause).toMatch(/shardId-\d{12}/);
    expect(await trial.base.item(run)).toMatchObject({ Outcome: 'failed' });
    expect(await trial.exported.objects('counts')).toEqual(before);
    countMapping.update(true);
    await countMapping.settled();
    expect(await trial.base.run('prune', asked)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await trial.differences()).toEqual([]);
  });

  it('does what its preview says', async () => {
    // Some days hold nothing.
    day -= 4;
    const asked = nextDay();
    const days = Math.floor((stack.engine.clock.now() - (asked.beforeMs ?? Number.NaN)) / dayMs);
    const previewed = await trial.json('prune', '--older-than', `${days}d`, '--dry-run');
    const { run } = await trial.base.run('prune', asked);
    const { Items: items, Buckets: buckets, Bytes, Objects } = totalPruned(await trial.base.item(run));
    expect(items).toBeGreaterThan(0);
    expect(previewed).toMatchObject({ items, buckets });
    // Reckoned by what reading them takes, which is rounded up; and as if nothing of it were exported yet.
    expect(previewed.bytes).toBeGreaterThanOrEqual(Bytes);
    expect(previewed.objects).toBeGreaterThanOrEqual(Objects);
    expect(await trial.differences()).toEqual([]);
  });

  it('is obeyed by a replay that asks for what is pruned', async () => {
    const from = midnightMs - (day + 3) * dayMs;
    const { error, cause } = await trial.base.run('replay', { from, force: true });
    expect(error).toBe('BelowFloor');
    expect(cause).toContain('tidemark prune restore');
    expect(await trial.differences()).toEqual([]);
  });
});

describe('a restore', { timeout: 7_200_000 }, () => {
  it('that is stopped goes on with the next', async () => {
    for (const stop of stops(restores)) {
      expect(await trial.base.run('prune', nextDay())).toMatchObject({ status: 'SUCCEEDED' });
      await stopOne(stop, lastDays());
    }
  });
});

describe('the comparison', { timeout: 300_000 }, () => {
  it.each(Object.entries(damages))('finds that %s', async (_, damage) => {
    const mend = await damage(trial);
    expect(await trial.differences()).not.toEqual([]);
    await mend();
    expect(await trial.differences()).toEqual([]);
  });
});
