import { countingFunction } from '@tidemark/core/deployment';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { event } from './group.ts';
import { load } from './load.ts';
import { Published } from './published.ts';
import { type Stack, startStack } from './stack.ts';
import { World } from './world.ts';

/** Fewer than the names that are sent: shards race for the last places. */
const maxSeries = 8;

let stack: Stack;
let world: World;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      web: {
        event: { name: 'event_type', time: 'utc_timestamp' },
        buckets: ['1m', '1h'],
        maxSeries,
        stream: { shards: 3 },
        count: { batchSize: 50, batchWindowSeconds: 10, timeoutSeconds: 15 },
        publish: { batchWindowSeconds: 10 },
      },
    },
  });
  world = new World(stack.engine, stack.source('web'), new Published(stack.engine), { maxSeries });
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

describe('counts stay exact', { timeout: 120_000 }, () => {
  it('when batches gather for their window', async () => {
    const { clock } = stack.engine;
    clock.scale(0);
    await load(world, { seed: 1, events: 60, pieces: 1, untilMs: clock.now() });
    clock.advance(9_000);
    clock.scale(20);
    await world.settled();
  });

  it('when shards race for the last places under the cap', async () => {
    const nowMs = stack.engine.clock.now();
    const records = Array.from({ length: 90 }, (_, index) =>
      event(index % 3, { name: `name ${Math.floor(index / 3) % 10}`, timeMs: nowMs - index * 1000 }),
    );
    await world.put(records);
    await world.settled();
    expect(await world.ledgerSum('OverCap')).toBeGreaterThan(0);
  });

  it('when DynamoDB throttles for a while under load', async () => {
    const failures = stack.mappingEvents.length;
    const throttling = stack.engine.faults.add({
      match: { caller: countingFunction(world.source), resource: world.source.seriesTable },
      action: { kind: 'throttle' },
      times: 300,
    });
    await load(world, { seed: 3, events: 600, pieces: 3, untilMs: stack.engine.clock.now() });
    await world.settled();
    throttling.remove();
    expect(throttling.strikes).toBe(300);
    // The SDK's own attempts were used up, and whole batches came again.
    expect(stack.mappingEvents.length).toBeGreaterThan(failures);
  });

  it('when a function runs out of time in the middle of a batch, and its writes land late', async () => {
    const { seriesTable } = world.source;
    const failures = stack.mappingEvents.length;
    const released = Promise.withResolvers<void>();
    const landed: Promise<unknown>[] = [];
    let held: string | undefined;
    const holding = stack.engine.faults.add({
      // One write of one invocation, and what the SDK repeats of it.
      match: {
        ...{ caller: countingFunction(world.source), resource: seriesTable },
        where: ({ request: { headers } }) => {
          const id = headers['amz-sdk-invocation-id'];
          held ??= id;
          return held === id;
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
    await load(world, { seed: 4, events: 150, pieces: 1, untilMs: stack.engine.clock.now() });
    await world.settled();
    // The function stopped by itself, before Lambda would have.
    const reasons = stack.mappingEvents.slice(failures).map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringContaining('AbortError'));
    expect(await world.differences()).toEqual([]);
    released.resolve();
    await vi.waitFor(() => expect(landed.length).toBe(holding.strikes));
    await Promise.all(landed);
    holding.remove();
    expect(holding.strikes).toBeGreaterThan(0);
  });
});
