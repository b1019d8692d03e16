import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CallPosition, Calls } from './calls.ts';
import { floorsAt, Groups } from './group.ts';
import { Published } from './published.ts';
import { type Stack, startStack } from './stack.ts';
import { isOfInterest, type StrikeName, strike, strikeNames } from './strikes.ts';
import { World } from './world.ts';

/** Each takes one fault: a source is new only once. */
const sourceNames = Array.from({ length: 6 }, (_, index) => `fresh-${index}`);
const maxSeries = 100;

/** A source that nothing was ever sent to. */
interface Fresh {
  readonly world: World;
  readonly groups: Groups;
  readonly calls: Calls;
}

let stack: Stack;
let fresh: Fresh[];

beforeAll(async () => {
  const source = {
    event: { name: 'event_type', time: 'utc_timestamp' },
    maxSeries,
    stream: { shards: 3 },
    count: { batchWindowSeconds: 0 },
    publish: { batchWindowSeconds: 0 },
  };
  stack = await startStack({ sources: Object.fromEntries(sourceNames.map((name) => [name, source])) });
  const { engine } = stack;
  const published = new Published(engine);
  const floorMs = floorsAt(engine.clock.now());
  fresh = sourceNames.map((name, seed) => {
    const world = new World(engine, stack.source(name), published, { floorMs });
    const groups = new Groups(engine, world, { maxSeries, seed });
    return { world, groups, calls: new Calls(engine, world.source) };
  });
  // Only the source at hand is read.
  for (const { world, groups } of fresh) {
    await world.enable(false);
    await groups.setFloors(floorMs);
  }
}, 600_000);

afterAll(async () => {
  for (const { world, groups } of fresh ?? []) {
    groups.close();
    world.close();
  }
  await stack?.stop();
});

/** Sends the first group, to one shard so that no race decides what is called, and records the calls that are made for it and not for the second. */
async function positionsOfFirst({ world, groups, calls }: Fresh): Promise<readonly CallPosition[]> {
  await world.enable(true);
  const recorded: (readonly CallPosition[])[] = [];
  for (const _ of ['first', 'second']) {
    calls.record();
    await groups.send({ shards: 1 });
    await world.settled();
    recorded.push(calls.recorded);
  }
  expect([...(await world.differences()), ...(await world.figureDifferences())]).toEqual([]);
  await world.enable(false);
  const [first = [], second = []] = recorded;
  return first.filter((position) => !second.includes(position));
}

async function runStruck({ world, groups, calls }: Fresh, position: CallPosition, name: StrikeName) {
  await world.enable(true);
  const struck = strike(stack.engine, name, (call) => calls.positionOf(call) === position);
  await groups.send({ shards: 1 });
  await world.counted();
  await struck.land();
  await world.settled();
  struck.remove();
  const differences = struck.hasStruck ? [] : ['not struck'];
  differences.push(...(await world.differences()), ...(await world.figureDifferences()));
  await world.enable(false);
  return differences.map((difference) => `${position}, ${name}: ${difference}`);
}

it('a fault at every call that only the first batch of a source makes leaves every count exact', {
  timeout: 300_000,
}, async () => {
  const [recording, ...rest] = fresh;
  const positions = recording === undefined ? [] : await positionsOfFirst(recording);
  expect(positions.filter((text) => text.includes('CATALOGUE SET Names = :names, Caps = :caps'))).not.toEqual([]);
  const faults = positions.flatMap((position) =>
    strikeNames.filter((name) => isOfInterest(name, position)).map((name) => ({ position, name })),
  );
  expect(rest.length, 'sources to strike: a new call of a first batch needs more of them').toBe(faults.length);
  for (const [index, { position, name }] of faults.entries()) {
    const each = rest[index];
    if (each !== undefined) expect(await runStruck(each, position, name)).toEqual([]);
  }
  expect(stack.engineErrors).toEqual([]);
});
