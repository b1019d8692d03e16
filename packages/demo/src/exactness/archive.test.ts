import { dayDifferences } from '@tidemark/core/archive/days';
import type { Source } from '@tidemark/core/config';
import { Random } from '@tidemark/core/generate/random';
import type { FaultAction } from '@tidemark/local/faults/fault';
import type { Call } from '@tidemark/local/gateway/intercept';
import { EventSourceMapping } from '@tidemark/local/sources/mapping';
import { memoryPositions } from '@tidemark/local/sources/positions';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Archived } from './archived.ts';
import { Found } from './found.ts';
import { type LoadOptions, load } from './load.ts';
import { Published } from './published.ts';
import { type Stack, startStack } from './stack.ts';
import { World } from './world.ts';

/*
 * What is sent is archived while it is counted. Whatever happens to the function that archives, its objects, read as a backfill reads
 * them, give exactly what was sent: the records of every shard in its order, each once.
 */

const hourMs = 3_600_000;

let stack: Stack;
let world: World;
let archived: Archived;
let found: Found;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      web: {
        event: { name: 'event_type', time: 'utc_timestamp' },
        buckets: ['1h'],
        stream: { shards: 3, retentionHours: 168 },
        archive: { batchSize: 40, batchWindowSeconds: 1 },
      },
    },
  });
  const source = stack.source('web');
  world = new World(stack.engine, source, new Published(stack.engine));
  archived = new Archived(stack.engine, source);
  found = new Found(stack.engine, source);
}, 600_000);

afterAll(async () => {
  for (const each of [archived, found, world]) each?.close();
  await stack?.stop();
});

afterEach(async () => {
  world.archiveMapping.chaos = undefined;
  await world.archiveMapping.idle({ endWindows: true });
  expect(await archived.differences(await world.sent())).toEqual([]);
  expect(await checkpoints()).toEqual(await lastSent());
  expect(stack.engineErrors).toEqual([]);
});

const send = (options: Omit<LoadOptions, 'untilMs'>) => load(world, { ...options, untilMs: stack.engine.clock.now() });

const isCheckpoint = ({ request }: Call) => request.body.includes('CHECKPOINT#archive#');

/** How far the archive says that it is, by shard. */
async function checkpoints(): Promise<Record<string, unknown>> {
  const items = (await found.control()).filter(({ Item }) => String(Item).startsWith('CHECKPOINT#archive#'));
  return Object.fromEntries(items.map(({ Item, LastSequence }) => [String(Item).split('#')[2], LastSequence]));
}

async function lastSent(): Promise<Record<string, unknown>> {
  const sent = await world.sent();
  return Object.fromEntries(
    sent.map(({ shardId, sequenceNumber }) => [
      shardId,
      `${String(sequenceNumber.length).padStart(3, '0')}:${sequenceNumber}`,
    ]),
  );
}

async function objectCount(): Promise<number> {
  return [...(await archived.objects()).values()].reduce((sum, objects) => sum + objects.length, 0);
}

describe('the archive gives back what was sent', { timeout: 120_000 }, () => {
  it('when nothing is disturbed, and as many events as the ledger received', async () => {
    await send({ seed: 1, events: 600, pieces: 3 });
    await world.archiveMapping.idle({ endWindows: true });
    await world.settled();
    expect(await world.differences()).toEqual([]);
    const revisions = [{ fromMs: 0, event: { name: ['event_type'], time: ['utc_timestamp'] } }];
    const source: Source = { name: 'web', revisions, buckets: ['1h'], maxSeries: 200 };
    const days = await archived.days(source);
    const control = await found.control();
    expect(days.size).toBe(3);
    for (const [shardId, each] of days) {
      const ledger = control.flatMap(({ Item, Received }) => {
        const [kind, , day = '', shard] = String(Item).split('#');
        return kind === 'LEDGER' && shard === shardId ? [[day, Number(Received)] as const] : [];
      });
      expect(ledger.length).toBeGreaterThan(0);
      expect(dayDifferences(each, new Map(ledger))).toEqual([]);
    }
  });

  it('when batches fail before, between and after their writes, are halved and come again with other bounds', async () => {
    const { engine, source } = { engine: stack.engine, source: world.source };
    const random = new Random(2);
    const caller = source.archive?.function ?? '';
    const actions: readonly FaultAction[] = [
      { kind: 'kill', when: 'before' },
      { kind: 'kill', when: 'after' },
      { kind: 'lose' },
      { kind: 'throttle' },
      { kind: 'fail' },
    ];
    const faults = ['s3', 'dynamodb'].flatMap((service) =>
      actions.map((action) =>
        engine.faults.add({ match: { service, caller, where: () => random.integer(4) === 0 }, action, times: 3 }),
      ),
    );
    let disturbed = 0;
    world.archiveMapping.chaos = ({ records }) => {
      const kind = random.integer(4);
      if (kind === 0) return undefined;
      disturbed += 1;
      if (kind === 1) return { bisect: records > 1 };
      return kind === 2 ? { bounds: 1 + random.integer(60) } : { forget: true, bounds: 1 + random.integer(60) };
    };
    await send({ seed: 2, events: 900, pieces: 6 });
    await world.archiveMapping.idle({ endWindows: true });
    for (const fault of faults) fault.remove();
    expect(faults.filter(({ strikes }) => strikes === 0)).toEqual([]);
    expect(disturbed).toBeGreaterThan(10);
  });

  it('when it is killed between object and checkpoint, and the batch that comes again is longer', async () => {
    const before = await objectCount();
    // Whenever a checkpoint is about to be written, its last record lies in an object.
    const uncovered: string[] = [];
    const looks = stack.engine.faults.add({
      match: {
        caller: world.source.archive?.function ?? '',
        where: (call) => isCheckpoint(call) && kills.strikes === 3,
      },
      action: {
        kind: 'intercept',
        interceptor: async (call, proceed) => {
          const [fence = ''] = /\d{3}:\d+/.exec(call.request.body.toString('utf8')) ?? [];
          const objects = [...(await archived.objects()).values()].flat();
          if (!objects.some(({ last }) => last === fence)) uncovered.push(fence);
          return proceed();
        },
      },
    });
    const kills = stack.engine.faults.add({
      match: { caller: world.source.archive?.function ?? '', where: isCheckpoint },
      action: { kind: 'kill', when: 'before' },
      times: 3,
    });
    let attempts = 0;
    world.archiveMapping.chaos = () => {
      attempts += 1;
      return { bounds: attempts <= 3 ? 5 : 100 };
    };
    await send({ seed: 3, events: 300, pieces: 1 });
    await world.archiveMapping.idle({ endWindows: true });
    for (const fault of [kills, looks]) fault.remove();
    expect(kills.strikes).toBe(3);
    expect(looks.strikes).toBeGreaterThan(0);
    expect(uncovered).toEqual([]);
    // Their objects stand beside those of the batches that came again.
    const overlapping = [...(await archived.objects()).values()].flatMap((objects) =>
      objects.filter((one) => objects.some((other) => other !== one && other.first === one.first)),
    );
    expect(overlapping.length).toBeGreaterThan(0);
    expect(await objectCount()).toBeGreaterThan(before + 3);
  });

  it('when every batch runs twice at once', async () => {
    let duplicates = 0;
    world.archiveMapping.chaos = () => {
      duplicates += 1;
      return { duplicate: true };
    };
    await send({ seed: 4, events: 400, pieces: 2 });
    await world.archiveMapping.idle({ endWindows: true });
    expect(duplicates).toBeGreaterThan(5);
  });

  it('when a shard is split and two are merged under load', async () => {
    const shards = async () => (await world.openShards()).map(({ ShardId }) => ShardId);
    const before = await shards();
    await send({
      seed: 5,
      events: 600,
      pieces: 6,
      between: (piece) => {
        if (piece === 1) return world.split(0);
        return piece === 3 ? world.merge(1) : undefined;
      },
    });
    await world.archiveMapping.idle({ endWindows: true });
    expect(await shards()).not.toEqual(before);
    expect((await archived.objects()).size).toBeGreaterThan(before.length);
  });

  it('when a new mapping reads everything again from the trim horizon, in other batches', async () => {
    await world.archiveMapping.idle({ endWindows: true });
    const [objects, standing] = [await objectCount(), await checkpoints()];
    const { options } = world.archiveMapping;
    world.archiveMapping.update(false);
    await world.archiveMapping.settled();
    const again = new EventSourceMapping({ ...options, uuid: `${options.uuid}-again`, positions: memoryPositions() });
    again.chaos = () => ({ bounds: 37 });
    await again.start();
    await again.idle({ endWindows: true });
    await again.stop();
    world.archiveMapping.update(true);
    await world.archiveMapping.settled();
    expect(await objectCount()).toBeGreaterThan(objects);
    expect(await checkpoints()).toEqual(standing);
  });

  it('of any range of arrivals, over several days and a silence', async () => {
    const fromMs = stack.engine.clock.now();
    for (const [step, hours] of [20, 5, 40].entries()) {
      stack.engine.clock.advance(hours * hourMs);
      await send({ seed: 6 + step, events: 90, pieces: 1 });
    }
    // A function that was held for a while: one batch of more than a day.
    world.archiveMapping.update(false);
    await world.archiveMapping.settled();
    for (const seed of [10, 11]) {
      await send({ seed, events: 60, pieces: 1 });
      stack.engine.clock.advance(26 * hourMs);
    }
    world.archiveMapping.chaos = () => ({ bounds: 1000 });
    world.archiveMapping.update(true);
    await world.archiveMapping.settled();
    await world.archiveMapping.idle({ endWindows: true });
    const sent = await world.sent();
    const untilMs = stack.engine.clock.now();
    const random = new Random(12);
    for (let trial = 0; trial < 30; trial += 1) {
      const at = () => fromMs - hourMs + random.integer(untilMs - fromMs + 2 * hourMs);
      const [first = 0, last = 0] = [at(), at()].sort((one, other) => one - other);
      expect(await archived.differences(sent, { fromMs: first, toMs: last })).toEqual([]);
    }
  });
});
