import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallPosition, Calls } from '../calls.ts';
import { Published } from '../published.ts';
import { type Stack, startStack } from '../stack.ts';
import { World } from '../world.ts';
import { readingSource } from './reading-groups.ts';
import { loadRides } from './ride-load.ts';

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
        times: 40,
      }),
    );
    await loadRides(stack.engine, world, { seed: 1, readings: 300, pieces: 6 });
    await world.closed();
    for (const each of throttling) each.remove();
    expect(throttling.map(({ strikes }) => strikes)).toEqual([40, 40]);
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
});
