import { Random } from '@tidemark/core/generate/random';
import type { FaultAction } from '@tidemark/local/faults/fault';
import type { Interceptor } from '@tidemark/local/gateway/intercept';
import type { Chaos, Disturbance } from '@tidemark/local/sources/chaos';
import { EventSourceMapping } from '@tidemark/local/sources/mapping';
import { memoryPositions } from '@tidemark/local/sources/positions';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Published } from '../published.ts';
import { type Stack, startStack } from '../stack.ts';
import { World } from '../world.ts';
import { readingSource } from './reading-groups.ts';
import { loadRides, putOneEach, type RideLoadOptions } from './ride-load.ts';

/*
 * A source with buckets and a window: two functions read its stream, and must decide the same of every record. Both ledgers
 * are compared with the same figures, and both write the same objects into the quarantine.
 */

let stack: Stack;
let world: World;
let published: Published;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      both: {
        ...readingSource,
        buckets: ['1m'],
        stream: { shards: 3 },
        window: { ...readingSource.window, batchSize: 40, batchWindowSeconds: 1 },
        count: { batchWindowSeconds: 5 },
        publish: { batchWindowSeconds: 1 },
      },
    },
  });
  published = new Published(stack.engine);
  world = new World(stack.engine, stack.source('both'), published);
}, 600_000);

afterAll(async () => {
  world?.close();
  await stack?.stop();
});

const mappings = () => [...world.streamMappings, world.publishMapping];
const load = (options: RideLoadOptions) => loadRides(stack.engine, world, options);

function disturb(chaos: Chaos | undefined): void {
  for (const mapping of mappings()) mapping.chaos = chaos;
}

afterEach(async () => {
  disturb(undefined);
  await world.settled();
  expect(await world.differences()).toEqual([]);
  expect(await world.figureDifferences()).toEqual([]);
  expect(stack.engineErrors).toEqual([]);
});

describe('windows stay exact, and buckets beside them', { timeout: 600_000 }, () => {
  it('when nothing is disturbed, and so do the statistics in CloudWatch', async () => {
    await load({ seed: 1, readings: 400, pieces: 6 });
    await world.settled();
    expect(published.calls('both')).toMatchObject({ unmarked: 0 });
    expect(await world.ledgerSum('Redelivered', 'window')).toBe(0);
    expect(await world.ledgerSum('Received', 'window')).toBe(await world.ledgerSum('Received', 'count'));
  });

  it('when a silent window closes late, and the next reading comes windows later', async () => {
    const { clock } = stack.engine;
    await load({ seed: 2, readings: 60, pieces: 1 });
    await world.counted();
    clock.advance(5 * 60_000);
    await load({ seed: 3, readings: 60, pieces: 1 });
    await world.counted();
    // Two minutes after its end a window is closed without anything that comes after it.
    clock.advance(60_000 + 120_000);
    await world.counted();
    expect(await world.differences()).toEqual([]);
  });

  it('when calls fail and come again with other bounds, windows end early and late, and states get lost', async () => {
    const random = new Random(4);
    const { engine, mappingEvents } = stack;
    const failures = mappingEvents.length;
    const { window } = world.source;
    const released = Promise.withResolvers<void>();
    const landed: Promise<unknown>[] = [];
    const late: Interceptor = async (call, proceed) => {
      await engine.host.killCaller(call.caller.sessionToken);
      await released.promise;
      const effect = proceed();
      landed.push(effect);
      return effect;
    };
    const actions: readonly FaultAction[] = [
      { kind: 'kill', when: 'before' },
      { kind: 'kill', when: 'after' },
      { kind: 'lose' },
      { kind: 'throttle' },
      { kind: 'fail' },
      { kind: 'intercept', interceptor: late },
    ];
    // One call in sixteen, whichever it is.
    const where = () => random.integer(16) === 0;
    const faults = actions.map((action) =>
      engine.faults.add({ match: { caller: window?.function ?? '', where }, action, times: 6 }),
    );
    const bounds = () => 1 + random.integer(60);
    const disturbances: readonly (() => Disturbance)[] = [
      () => ({}),
      () => ({ bounds: bounds() }),
      () => ({ bisect: true }),
      () => ({ forget: true }),
      () => ({ loseState: true }),
      () => ({ bounds: bounds() }),
      () => ({ terminateEarly: true }),
      () => ({ final: true }),
      () => ({ duplicate: true }),
      () => ({ final: false }),
      () => ({ bounds: bounds(), final: true, forget: true }),
      () => ({ bounds: bounds(), terminateEarly: true, earlyIsFinal: false, duplicate: true }),
    ];
    const ends = new Set<string>();
    let attempts = 0;
    world.windowMapping.chaos = ({ records, window }) => {
      if (window?.end !== undefined) ends.add(`${window.end} ${records === 0 ? 'without' : 'with'} records`);
      attempts += 1;
      return disturbances[attempts % disturbances.length]?.();
    };
    await load({ seed: 4, readings: 600, pieces: 6 });
    await world.counted();
    released.resolve();
    await world.closed();
    await Promise.all(landed);
    world.windowMapping.chaos = undefined;
    for (const fault of faults) fault.remove();
    // A state that was lost after the last reading of a shard is looked for when the next one comes.
    await putOneEach(stack.engine, world);
    await world.settled();
    expect(faults.filter(({ strikes }) => strikes === 0)).toEqual([]);
    expect(mappingEvents.length).toBeGreaterThan(failures);
    expect(attempts).toBeGreaterThan(3 * disturbances.length);
    expect([...ends].sort()).toEqual(['final with records', 'final without records']);
  });

  it('when everything runs twice at once', async () => {
    let duplicates = 0;
    disturb(() => {
      duplicates += 1;
      return { duplicate: true };
    });
    await load({ seed: 5, readings: 300, pieces: 3 });
    await world.settled();
    expect(duplicates).toBeGreaterThan(20);
    expect(await world.ledgerSum('Redelivered', 'window')).toBeGreaterThan(0);
  });

  it('when mappings are disabled and enabled inside a window', async () => {
    await load({ seed: 6, readings: 300, pieces: 6, between: (piece) => world.enable(piece % 2 === 1) });
    expect(world.windowMapping.state).toBe('Enabled');
  });

  it('when a shard is split and two are merged inside a window', async () => {
    const shards = async () => (await world.openShards()).map(({ ShardId }) => ShardId);
    const before = await shards();
    await load({
      seed: 7,
      readings: 450,
      pieces: 9,
      between: (piece) => {
        if (piece === 2) return world.split(0);
        return piece === 5 ? world.merge(1) : undefined;
      },
    });
    // The first shard was split, and its second half merged with the second shard.
    const after = await shards();
    expect(after).toHaveLength(3);
    expect(after.filter((shard) => before.includes(shard))).toEqual(before.slice(2));
  });

  it('when new mappings read everything again from the trim horizon, inside a window', async () => {
    await load({ seed: 8, readings: 100, pieces: 1 });
    await world.counted();
    const sent = world.sentCount;
    const redelivered = await world.ledgerSum('Redelivered', 'window');
    for (const mapping of world.streamMappings) mapping.update(false);
    for (const before of world.streamMappings) {
      const { options } = before;
      await before.settled();
      const mapping = new EventSourceMapping({
        ...options,
        uuid: `${options.uuid}-again`,
        positions: memoryPositions(),
      });
      await mapping.start();
      await mapping.idle({ closeWindows: true });
      await mapping.stop();
    }
    // What the window held that was open when the mapping was disabled is in its rows, and the state still holds it.
    await world.enable(true);
    await load({ seed: 9, readings: 100, pieces: 1 });
    await world.settled();
    expect(await world.ledgerSum('Redelivered', 'window')).toBeGreaterThanOrEqual(redelivered + sent);
  });
});
