import { Random } from '@tidemark/core/generate/random';
import type { FaultAction } from '@tidemark/local/faults/fault';
import type { Call } from '@tidemark/local/gateway/intercept';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveLoad } from '../replay/live-load.ts';
import { type Readings, replayedStack } from '../replay/readings.ts';
import type { EndedRun, StartedRun } from '../replay/runs.ts';
import type { Outgoing } from '../sent.ts';
import { type Stack, startStack } from '../stack.ts';
import { spanOf } from './placement.ts';
import { lateReadings, liveReadings, maxSeries, pastReadings, prunedSource } from './pruned-source.ts';
import { PruneTrial } from './trial.ts';

/*
 * Some days of a source that is pruned every night while readings keep coming: with replays before, late events, restores, a mapping that is replaced, and the
 * end of what replays have left. Whatever happens, everything that was ever sent is where it belongs, once, and CloudWatch hears of none of it.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Between the decision on a floor and its force: an invocation and a memory of decisions. */
const forceMs = 16 * 60_000;

let stack: Stack;
let trial: PruneTrial;
let load: LiveLoad;
let live: Readings;
/** The midnight before everything. */
let midnightMs: number;
let switched: EndedRun;
let verified: EndedRun;
let last: EndedRun;
/** Those of the latest night. */
let night: readonly EndedRun[] = [];

beforeAll(async () => {
  const { event } = prunedSource;
  const small = { event, buckets: ['1h'], stream: { shards: 1 } } as const;
  const sources = { rides: prunedSource, shop: { ...small, retention: { '1h': '1w' } }, kept: small } as const;
  stack = await startStack({ sources, prune: { keepReplaced: '1d' } }, replayedStack);
  const { clock } = stack.engine;
  midnightMs = Math.floor(clock.now() / dayMs) * dayMs;
  trial = new PruneTrial(stack, 'rides', { maxSeries });
  const { world } = trial.base;
  live = liveReadings(stack.engine, world, 1);
  load = new LiveLoad(trial.base, live, new Random(2));
  await pastReadings(stack.engine, world, 3).put(250);
  await world.split(1);
  await live.put(40);
  await world.settled();
  switched = await trial.base.run('replay', { from: 'trim-horizon', force: true });
  await live.put(20);
  verified = await trial.base.run('replay', { from: 'trim-horizon', verify: true });
  last = await trial.base.run('replay', { from: clock.now() - hourMs, force: true });
  await live.put(20);
  await world.settled();
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
});

/** The runs of sources that the schedule has started for a night. */
async function startedAt(nightMs: number): Promise<StartedRun[]> {
  const prefix = `${new Date(nightMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-`;
  return (await trial.base.runs.started('prune')).filter(({ run }) => run.startsWith(prefix));
}

/** Lets the night after so many days come, and resolves when the schedule has started what it starts. */
async function dusk(day: number): Promise<StartedRun> {
  const { clock, schedules } = stack.engine;
  await trial.base.world.settled();
  const nightMs = midnightMs + day * dayMs + 3.5 * hourMs;
  // Long enough before that the night does not come by itself: time must not be set back.
  clock.set(nightMs - hourMs);
  await trial.base.world.settled();
  await trial.freeze();
  clock.set(nightMs);
  for (;;) {
    await schedules.settled();
    const runs = await startedAt(nightMs);
    const rides = runs.find(({ request }) => request.source === 'rides');
    if (rides !== undefined && runs.length > 1) return rides;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The night after so many days. `work`: around the run of the source that is looked at. */
async function passNight(
  day: number,
  work: (run: StartedRun, ended: Promise<EndedRun>) => Promise<EndedRun> = (_, ended) => ended,
): Promise<string> {
  const rides = await dusk(day);
  const ended = await work(rides, trial.base.end(rides));
  const runs = await startedAt(midnightMs + day * dayMs + 3.5 * hourMs);
  night = await Promise.all(runs.map((run) => (run.run === rides.run ? ended : trial.base.end(run))));
  return rides.run;
}

describe('the first night', { timeout: 300_000 }, () => {
  let before: string[];
  let late: readonly Outgoing[];

  it('is begun with everything in place', async () => {
    expect([switched, verified, last].map(({ status }) => status)).toEqual(Array(3).fill('SUCCEEDED'));
    await trial.freeze();
    expect(await trial.differences()).toEqual([]);
    before = await trial.replaced();
    for (const generation of [0, 2]) expect((await trial.replaced(generation)).length).toBeGreaterThan(50);
  });

  it('prunes what is too old, and nothing else, while everything goes on', async () => {
    const { clock, schedules } = stack.engine;
    // Scheduler promises at least once.
    schedules.chaos = () => ({ duplicate: true });
    const run = await passNight(1, ({ run }, ended) =>
      load.while(ended, async (state) => {
        if (state !== 'Until the floors are in force') return;
        const { EffectiveMs = Number.NaN, StartedMs } = await trial.base.item(run);
        expect(EffectiveMs - StartedMs).toBeGreaterThanOrEqual(forceMs);
        const { cutoffs } = await trial.pruned();
        late = lateReadings(trial.base.world, cutoffs);
        // What comes in the last moment is counted as ever, in the next no longer.
        clock.scale(0);
        clock.set(EffectiveMs - 1);
        await trial.base.world.put(late);
        clock.set(EffectiveMs);
        await trial.base.world.put(late);
        clock.scale(replayedStack.clockFactor ?? 1);
      }),
    );
    schedules.chaos = undefined;
    expect((await trial.pruned()).cutoffs).toEqual({
      '1m': midnightMs,
      '1h': midnightMs - 2 * dayMs,
      w60: midnightMs,
    });
    expect(await trial.base.item(run)).toMatchObject({ Outcome: 'pruned', Nightly: true, StartedBy: 'schedule' });
    expect(await trial.differences()).toEqual([]);
  });

  it('was started once for each source that has a retention, though it was told twice', async () => {
    expect(night.map(({ request, status }) => [request.source, status]).sort()).toEqual([
      ['rides', 'SUCCEEDED'],
      ['shop', 'SUCCEEDED'],
    ]);
    const starts = (await trial.base.runs.started('prune')).filter(({ request }) => 'scheduled' in request);
    expect(starts).toHaveLength(2);
  });

  it('sets aside as too old what came too late for every size', async () => {
    expect(late.length).toBeGreaterThan(2);
    const tooOld = late.length / 2;
    expect(await trial.base.world.ledgerSum('TooOld')).toBe(tooOld);
    expect(await trial.base.world.ledgerSum('TooOld', 'window')).toBe(tooOld);
  });

  it('leaves what replays have replaced above the floors, and nothing below', async () => {
    const { cutoffs } = await trial.pruned();
    const isKept = (key: string) => {
      const { size, startMs } = spanOf({ Bucket: key.slice(key.lastIndexOf(' ') + 1) });
      return startMs >= (cutoffs[size] ?? Number.NaN);
    };
    expect(await trial.replaced()).toEqual(before.filter(isKept));
    expect(before.every(isKept)).toBe(false);
  });

  it('reports what went, which publishing saw and passed over', async () => {
    const [run = ''] = [...(await trial.exported.objects('reports')).keys()].map(
      (key) => /([^/]+)\.json$/.exec(key)?.[1],
    );
    const { Pruned = {} } = await trial.base.item(run);
    const tallies = Object.values(Pruned);
    const sum = (column: 'Items' | 'Replaced' | 'Again') => tallies.reduce((all, each) => all + each[column], 0);
    expect(sum('Items') - sum('Replaced')).toBe((await trial.exported.lines('counts')).length);
    expect(sum('Again')).toBe(0);
    // Deliveries that come twice are told twice.
    expect(await trial.removedRecords()).toBeGreaterThanOrEqual(sum('Items'));
  });

  it('is followed by an undo, which gives back what was replaced', async () => {
    expect(await trial.base.run('undo', { undoes: last.run })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await trial.differences()).toEqual([]);
  });
});

describe('the second night', { timeout: 300_000 }, () => {
  it('takes what no undo can ask for any more', async () => {
    await passNight(2);
    expect(await trial.differences()).toEqual([]);
    expect([await trial.replaced(0), await trial.replaced(2)]).toEqual([[], []]);
    expect(await trial.base.item(verified.run)).toMatchObject({ Swept: true });
    const { control } = await trial.base.items();
    expect(control.filter(({ Item }) => String(Item).includes('#recount-0002#'))).toEqual([]);
    // Its undo was yesterday.
    expect(await trial.replaced(3)).not.toEqual([]);
    const windows = (await trial.exported.lines('counts')).filter(({ size }) => size === 'w60');
    expect(windows.length).toBeGreaterThan(20);
  });

  it('is told to whoever asks for an undo', async () => {
    const [pruned] = night.filter(({ request }) => request.source === 'rides');
    const { status, error, cause } = await trial.base.run('undo', { undoes: switched.run });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'CannotUndo' });
    expect(cause).toContain(pruned?.run);
    expect(await trial.differences()).toEqual([]);
  });
});

describe('a restore', { timeout: 300_000 }, () => {
  const asked = () => ({ untilMs: stack.engine.clock.now() + 6 * hourMs });
  const tallyOf = async (run: string) => Object.values((await trial.base.item(run)).Restored ?? {});
  let items: number;

  it('brings back what was exported, fences included, and shows it only then', async () => {
    const { world } = trial.base;
    const { cutoffs } = await trial.pruned();
    const before = await trial.read();
    const seen: (typeof before)[] = [];
    const isAt = (position: string) => ({ where: (call: Call) => trial.base.calls.positionOf(call) === position });
    const doing = (work: () => Promise<unknown>): FaultAction => ({
      kind: 'intercept',
      interceptor: async (_, proceed) => {
        await work();
        return proceed();
      },
    });
    const watched = [
      // Late for all that it brings back.
      stack.engine.faults.add({
        match: isAt('machine: restore'),
        action: doing(() => world.put(lateReadings(world, cutoffs))),
        times: 1,
      }),
      stack.engine.faults.add({
        match: isAt('machine: open'),
        action: doing(async () => {
          await world.counted();
          seen.push(await trial.read());
        }),
      }),
    ];
    const { run, status } = await trial.base.run('prune', {
      ...asked(),
      from: midnightMs - 3 * dayMs,
      toMs: midnightMs + hourMs * 6.5,
    });
    for (const each of watched) each.remove();
    expect(status).toBe('SUCCEEDED');
    const late = lateReadings(world, cutoffs).length / 2;
    const [{ w60 = 0, ...buckets } = {}] = seen;
    expect([seen.length, buckets]).toEqual([1, { '1m': before['1m'], '1h': (before['1h'] ?? 0) + late }]);
    expect(w60).toBeLessThanOrEqual((before.w60 ?? 0) + late);
    expect(await trial.differences()).toEqual([]);
    const { restored } = await trial.pruned();
    expect(Object.keys(restored).sort()).toEqual(['1h', '1m', 'w60']);
    items = (await tallyOf(run)).reduce((sum, { Items }) => sum + Items, 0);
    expect(items).toBeGreaterThan(20);
  });

  it('leaves alone what lives', async () => {
    const { run, status } = await trial.base.run('prune', {
      ...asked(),
      from: midnightMs - 9 * dayMs,
      toMs: midnightMs + 12 * hourMs,
    });
    expect(status).toBe('SUCCEEDED');
    expect(await trial.differences()).toEqual([]);
    const standing = (await tallyOf(run)).reduce((sum, { Standing }) => sum + Standing, 0);
    expect(standing).toBe(items);
  });

  it('is read past by mappings that begin at the trim horizon anew, and what they count below a floor is nobody’s', async () => {
    const { world } = trial.base;
    await world.settled();
    await trial.freeze();
    for (const mapping of world.streamMappings) {
      mapping.update(false);
      await mapping.settled();
      mapping.options.positions.remove(mapping.uuid);
      mapping.update(true);
      await mapping.settled();
    }
    expect(await trial.differences({ hasGarbage: true })).toEqual([]);
    // There is some.
    expect(await trial.differences()).not.toEqual([]);
  });

  it('is over with the first night after its time: it goes again, without a second line', async () => {
    const before = await trial.exported.objects('counts');
    const counted = (await trial.exported.lines('counts')).length;
    const run = await passNight(3);
    expect(await trial.differences()).toEqual([]);
    expect((await trial.pruned()).restored).toEqual({});
    const after = await trial.exported.objects('counts');
    expect(Object.fromEntries([...after].filter(([key]) => before.has(key)))).toEqual(Object.fromEntries(before));
    expect((await trial.exported.lines('counts')).length).toBeGreaterThan(counted);
    const again = await trial.exported.objects('again');
    expect(again.size).toBeGreaterThan(0);
    expect([...again.keys()].every((key) => key.startsWith(`prune/rides/again/${run}/`))).toBe(true);
    // Nothing of any replay is left but what is true.
    expect(await trial.replaced()).toEqual([]);
  });
});
