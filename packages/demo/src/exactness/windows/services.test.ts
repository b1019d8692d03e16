import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallPosition, Calls } from '../calls.ts';
import { Decisions } from '../decisions.ts';
import { Published } from '../published.ts';
import type { Outgoing } from '../sent.ts';
import { type Stack, startStack } from '../stack.ts';
import { World } from '../world.ts';
import { plainReading, readingSource } from './reading-groups.ts';
import { loadRides } from './ride-load.ts';

const maxSeries = 8;

let stack: Stack;
let world: World;
let calls: Calls;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      rides: {
        ...readingSource,
        stream: { shards: 4 },
        window: { ...readingSource.window, timeoutSeconds: 15, batchSize: 50 },
      },
      // Fewer than the names that are sent: shards and functions race for the last places.
      capped: { ...readingSource, buckets: ['1m'], maxSeries, stream: { shards: 3 }, count: { batchWindowSeconds: 0 } },
    },
  });
  calls = new Calls(stack.engine, stack.source('rides'));
  world = new World(stack.engine, stack.source('rides'), new Published(stack.engine));
}, 600_000);

afterAll(async () => {
  world?.close();
  await stack?.stop();
});

afterEach(async () => {
  await world.settled();
  expect(await world.differences()).toEqual([]);
  expect(await world.figureDifferences()).toEqual([]);
  expect(stack.engineErrors).toEqual([]);
});

describe('windows stay exact', { timeout: 600_000 }, () => {
  it('when DynamoDB and Kinesis throttle for a while under load', async () => {
    const failures = stack.mappingEvents.length;
    const { seriesTable, stream, window } = world.source;
    const throttling = [seriesTable, stream].map((resource) =>
      stack.engine.faults.add({
        match: { caller: window?.function ?? '', resource },
        action: { kind: 'throttle' },
        times: 20,
      }),
    );
    await loadRides(stack.engine, world, { seed: 1, readings: 300, pieces: 6 });
    await world.closed();
    for (const each of throttling) each.remove();
    expect(throttling.map(({ strikes }) => strikes)).toEqual([20, 20]);
    // The SDK's own attempts were used up, and whole batches came again.
    expect(stack.mappingEvents.length).toBeGreaterThan(failures);
  });

  it('when functions run out of time in the middle of a window, and what they called for lands late', async () => {
    const failures = stack.mappingEvents.length;
    const released = Promise.withResolvers<void>();
    const landed: Promise<unknown>[] = [];
    /** One call of each kind, with what the SDK repeats of it, each of another shard. */
    const held = new Map<string, { readonly id: string; readonly shard: string }>();
    const kinds = ['Series w60', 'Control LEDGER', 'Control CHECKPOINT#window SET', 'kinesis GetRecords'];
    const kindOf = (position: CallPosition | undefined) => kinds.find((kind) => position?.includes(kind));
    const holding = stack.engine.faults.add({
      match: {
        where: (call) => {
          const kind = kindOf(calls.positionOf(call));
          const id = call.request.headers['amz-sdk-invocation-id'] ?? '';
          const shard = calls.shardOf(call);
          if (kind === undefined || shard === undefined) return false;
          const isTaken = [...held.values()].some((other) => other.shard === shard);
          if (!held.has(kind) && !isTaken) held.set(kind, { id, shard });
          return held.get(kind)?.id === id;
        },
      },
      action: {
        kind: 'intercept',
        interceptor: async (_, proceed) => {
          await released.promise;
          const effect = proceed();
          landed.push(effect);
          return effect;
        },
      },
    });
    await loadRides(stack.engine, world, { seed: 2, readings: 200, pieces: 2 });
    await world.closed();
    expect([...held.keys()].sort()).toEqual([...kinds].sort());
    // The functions stopped by themselves, before Lambda would have.
    const reasons = stack.mappingEvents.slice(failures).map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.includes('AbortError')).length).toBeGreaterThanOrEqual(kinds.length);
    expect(await world.differences()).toEqual([]);
    released.resolve();
    await vi.waitFor(() => expect(landed.length).toBe(holding.strikes));
    await Promise.all(landed);
    holding.remove();
  });

  it('and decide as buckets do: which names are series, and what is too old', async () => {
    const { engine } = stack;
    const nowMs = engine.clock.now();
    const floorMs = { '1m': nowMs - 3_600_000 };
    const published = new Published(engine);
    const capped = new World(engine, stack.source('capped'), published, { maxSeries, floorMs });
    const decisions = new Decisions(engine, capped.source, maxSeries);
    try {
      await decisions.setFloors(floorMs);
      const readings = Array.from({ length: 90 }, (_, index) => {
        const name = `name ${Math.floor(index / 3) % 10}`;
        const reading = plainReading(index % 3, { name, timeMs: nowMs - index * 1000 });
        return index % 7 === 0 ? tooOld(index % 3, name, nowMs - 4_000_000) : reading;
      });
      await capped.put(readings);
      await capped.settled();
      expect([...(await capped.differences()), ...(await capped.figureDifferences())]).toEqual([]);
      for (const column of ['OverCap', 'TooOld', 'Received']) {
        const sums = await Promise.all([capped.ledgerSum(column, 'count'), capped.ledgerSum(column, 'window')]);
        expect(sums[0], column).toBeGreaterThan(0);
        expect(sums[1], column).toBe(sums[0]);
      }
    } finally {
      decisions.close();
      capped.close();
    }
  });
});

function tooOld(shard: number, name: string, timeMs: number): Outgoing {
  return { ...plainReading(shard, { name, timeMs }), fate: { kind: 'quarantined', column: 'TooOld' } };
}
