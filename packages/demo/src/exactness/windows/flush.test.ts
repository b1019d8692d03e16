import { Random } from '@tidemark/core/generate/random';
import { readLine } from '@tidemark/core/generate/reading';
import type { Disturbance } from '@tidemark/local/sources/chaos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallPosition, Calls } from '../calls.ts';
import { Published } from '../published.ts';
import type { Outgoing } from '../sent.ts';
import { type Stack, startStack } from '../stack.ts';
import { strike, strikesOf } from '../strikes.ts';
import { World } from '../world.ts';
import { fateOf } from './reading-groups.ts';

/*
 * More names than a state has room for: of this length and with this many measures, 350 of them make 700 KB. The first 320 fill it;
 * those that come after them leave it for the table before the window ends, in every batch anew.
 */

const seconds = 900;
const residents = 320;
const passing = 50;
const shards = [0, 1, 2, 3, 4];
const measures = Array.from({ length: 10 }, (_, index) => `measure${index}`);

let stack: Stack;
let world: World;
let calls: Calls;
const random = new Random(7);

beforeAll(async () => {
  stack = await startStack({
    sources: {
      wide: {
        event: { name: 'Name', time: 'StatusTime' },
        window: { seconds, measures: Object.fromEntries(measures.map((name) => [name, name])), batchWindowSeconds: 0 },
        maxSeries: 500,
        stream: { shards: shards.length },
      },
    },
  });
  const { engine } = stack;
  calls = new Calls(engine, stack.source('wide'));
  world = new World(engine, stack.source('wide'), new Published(engine));
  // The table is what is looked at here.
  world.publishMapping.update(false);
  // At the beginning of a window, which is open for long enough.
  engine.clock.set(Math.ceil(engine.clock.now() / (seconds * 1000)) * seconds * 1000);
  engine.clock.scale(1);
  for (const shard of shards) await world.put(readings(shard, 0, residents));
  await sendPassing();
}, 600_000);

afterAll(async () => {
  world?.close();
  await stack?.stop();
});

/** One reading of each of `count` names, of 256 bytes. */
function readings(shard: number, first: number, count: number): Outgoing[] {
  const nowMs = stack.engine.clock.now();
  return Array.from({ length: count }, (_, index) => {
    const figures = measures.map((name) => [name, random.fraction() * 1000 - 100] as const);
    const event = {
      Name: `name ${first + index} `.padEnd(256, '"'),
      StatusTime: new Date(nowMs).toISOString(),
      ...Object.fromEntries(figures),
    };
    const data = Buffer.from(JSON.stringify(event));
    return { shard, partitionKey: 'a', data, fate: fateOf(readLine(data, world.source.event, nowMs)) };
  });
}

/** Each of the names for which there is no room, twice. */
async function sendPassing(to: readonly number[] = shards): Promise<void> {
  const twice = (shard: number) => [...readings(shard, residents, passing), ...readings(shard, residents, passing)];
  await world.put(to.flatMap(twice));
  await world.counted();
}

/** One of each kind of write: those of a batch are alike. */
function isOfKind(position: CallPosition): boolean {
  return / Series w900 .*WrittenBy( #1| again #20)$/.test(position);
}

describe('what a state has no room for', { timeout: 600_000 }, () => {
  it('is exact in the table whatever strikes its writes, and neither in the ledger nor before the checkpoint', async () => {
    calls.record();
    await sendPassing();
    const positions = calls.recorded.filter(isOfKind);
    expect(positions).toHaveLength(2);
    const open = (await world.openShards()).map(({ ShardId = '' }) => ShardId);
    for (const position of positions) {
      const struck = strikesOf(position).map((name, index) =>
        strike(stack.engine, name, (call) => {
          return calls.positionOf(call) === position && calls.shardOf(call) === open[index];
        }),
      );
      await sendPassing();
      await Promise.all(struck.map((each) => each.land()));
      await world.counted();
      for (const each of struck) each.remove();
      expect(struck.map(({ hasStruck }) => hasStruck)).toEqual(struck.map(() => true));
      expect(await world.rowDifferences()).toEqual([]);
    }
    expect(await world.ledgerSum('Received', 'window')).toBe(0);
  });

  it('is exact when windows end early, and what was written comes again with other bounds', async () => {
    const bounds = () => ({ bounds: 1 + random.integer(100) });
    const disturbances: readonly (() => Disturbance)[] = [
      bounds,
      () => ({ forget: true }),
      bounds,
      () => ({ terminateEarly: true }),
    ];
    let attempts = 0;
    world.windowMapping.chaos = () => disturbances[attempts++ % disturbances.length]?.();
    for (let group = 0; group < 2; group += 1) await sendPassing([0, 1]);
    world.windowMapping.chaos = undefined;
    await world.closed();
    expect(attempts).toBeGreaterThan(2 * disturbances.length);
    expect(await world.differences()).toEqual([]);
    expect(stack.engineErrors).toEqual([]);
  });
});
