import { countingFunction } from '@tidemark/core/deployment';
import { Random } from '@tidemark/core/generate/random';
import type { Call } from '@tidemark/local/gateway/intercept';
import { EventSourceMapping } from '@tidemark/local/sources/mapping';
import { memoryPositions } from '@tidemark/local/sources/positions';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { load } from './load.ts';
import { Published } from './published.ts';
import { type Stack, startStack } from './stack.ts';
import { World } from './world.ts';

let stack: Stack;
let world: World;
let published: Published;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      web: {
        event: { name: 'event_type', time: 'utc_timestamp' },
        buckets: ['1m', '1h'],
        stream: { shards: 3 },
        count: { batchSize: 40, batchWindowSeconds: 1 },
        publish: { batchSize: 50, batchWindowSeconds: 1 },
      },
    },
  });
  published = new Published(stack.engine);
  world = new World(stack.engine, stack.source('web'), published);
}, 600_000);

afterAll(async () => {
  world?.close();
  await stack?.stop();
});

afterEach(async () => {
  world.countMapping.chaos = undefined;
  world.publishMapping.chaos = undefined;
  await world.settled();
  expect(await world.differences()).toEqual([]);
  expect(await world.figureDifferences()).toEqual([]);
  expect(stack.engineErrors).toEqual([]);
});

const untilMs = () => stack.engine.clock.now();

describe('counts stay exact', { timeout: 120_000 }, () => {
  it('when nothing is disturbed, and so do CloudWatch’s figures', async () => {
    await load(world, { seed: 1, events: 600, pieces: 3, untilMs: untilMs() });
    await world.settled();
    expect(published.calls('web')).toMatchObject({ unmarked: 0 });
    expect(await world.ledgerSum('Redelivered')).toBe(0);
  });

  it('when batches fail, are halved and come again with other bounds', async () => {
    const random = new Random(2);
    const failures = stack.mappingEvents.length;
    // Of the ledger's and the checkpoint's writes one in four kills: partials stand, and the batch comes again.
    const kills = stack.engine.faults.add({
      match: {
        caller: countingFunction(world.source),
        operation: 'UpdateItem',
        resource: world.source.controlTable,
        where: () => random.integer(4) === 0,
      },
      action: { kind: 'kill', when: 'after' },
      times: 12,
    });
    let disturbed = 0;
    world.countMapping.chaos = ({ records }) => {
      const kind = random.integer(3);
      if (kind === 0) return undefined;
      disturbed += 1;
      return kind === 1 ? { bisect: records > 1 } : { bounds: 1 + random.integer(60) };
    };
    await load(world, { seed: 2, events: 600, pieces: 3, untilMs: untilMs() });
    await world.settled();
    kills.remove();
    expect(kills.strikes).toBeGreaterThan(5);
    expect(stack.mappingEvents.length - failures).toBeGreaterThanOrEqual(kills.strikes);
    expect(disturbed).toBeGreaterThan(10);
  });

  it('when the same batch runs twice at once, of counting and of publishing', async () => {
    const before = published.calls('web').made;
    let duplicates = 0;
    const twice = () => {
      duplicates += 1;
      return { duplicate: true };
    };
    world.countMapping.chaos = twice;
    world.publishMapping.chaos = twice;
    await load(world, { seed: 3, events: 500, pieces: 2, untilMs: untilMs() });
    await world.settled();
    expect(duplicates).toBeGreaterThan(10);
    expect(published.calls('web').made).toBeGreaterThan(before);
    expect(await world.ledgerSum('Redelivered')).toBeGreaterThan(0);
  });

  it('when a batch that was published fails, is halved, and fails again and again', async () => {
    const { publish, controlTable } = world.source;
    const before = published.calls('web').unmarked;
    // The first is the one that tallies, after call and marker; the others come before anything is read.
    const caller = { caller: publish, resource: controlTable };
    const tally = ({ request }: Call) => request.body.includes('CHECKPOINT#publish');
    const kill = { kind: 'kill', when: 'before' } as const;
    const first = stack.engine.faults.add({ match: { ...caller, where: tally }, action: kill, times: 1 });
    const rest = stack.engine.faults.add({
      match: { ...caller, operation: 'Query', where: () => first.strikes === 1 },
      action: kill,
      times: 4,
    });
    await load(world, { seed: 6, events: 400, pieces: 1, untilMs: untilMs() });
    await world.settled();
    expect([first.strikes, rest.strikes]).toEqual([1, 4]);
    first.remove();
    rest.remove();
    expect(published.calls('web').unmarked).toBe(before);
  });

  it('when the mapping is disabled and enabled under load', async () => {
    await load(world, {
      seed: 4,
      events: 600,
      pieces: 6,
      untilMs: untilMs(),
      between: (piece) => world.enable(piece % 2 === 1),
    });
    expect(world.countMapping.state).toBe('Enabled');
  });

  it('when a shard is split and two are merged under load', async () => {
    const shards = async () => (await world.openShards()).map(({ ShardId }) => ShardId);
    const before = await shards();
    await load(world, {
      seed: 5,
      events: 900,
      pieces: 9,
      untilMs: untilMs(),
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

  it('when new mappings read everything again, from the trim horizon', async () => {
    await world.settled();
    const calls = published.calls('web');
    const figures = await world.figureSum();
    const redelivered = await world.ledgerSum('Redelivered');
    await world.enable(false);
    for (const { options } of [world.countMapping, world.publishMapping]) {
      const mapping = new EventSourceMapping({
        ...options,
        uuid: `${options.uuid}-again`,
        positions: memoryPositions(),
      });
      await mapping.start();
      await mapping.idle({ endWindows: true });
      await mapping.stop();
    }
    await world.enable(true);
    expect(await world.ledgerSum('Redelivered')).toBe(redelivered + world.sentCount);
    expect(published.calls('web')).toEqual(calls);
    expect(await world.figureSum()).toBe(figures);
  });
});
