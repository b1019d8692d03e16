import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallPosition, Calls } from './calls.ts';
import { floorsAt, Groups } from './group.ts';
import { Published } from './published.ts';
import { type Stack, startStack } from './stack.ts';
import { isOfInterest, type StrikeName, strike, strikeNames } from './strikes.ts';
import { World } from './world.ts';

const maxSeries = 900;

let stack: Stack;
let world: World;
let groups: Groups;
let calls: Calls;
let published: Published;

beforeAll(async () => {
  stack = await startStack({
    sources: {
      web: {
        event: { name: 'event_type', time: 'utc_timestamp' },
        buckets: ['1m', '1h'],
        maxSeries,
        stream: { shards: 3 },
        count: { batchWindowSeconds: 0 },
        publish: { batchWindowSeconds: 0 },
      },
    },
  });
  const { engine } = stack;
  const source = stack.source('web');
  calls = new Calls(engine, source);
  published = new Published(engine);
  const floorMs = floorsAt(engine.clock.now());
  world = new World(engine, source, published, { floorMs });
  groups = new Groups(engine, world, { maxSeries, seed: 1 });
  await groups.setFloors(floorMs);
  await groups.send();
  await world.settled();
}, 600_000);

afterAll(async () => {
  groups?.close();
  world?.close();
  await stack?.stop();
});

/** A way for a group to go, in which calls are made that the others do not make. */
interface Course {
  readonly name: string;
  /** Of the records of the first shard, how many its first delivery holds; undefined: all, delivered without trouble. */
  readonly firstDelivery?: number;
  /** Another shard admits one of the batch's names just before it does. */
  readonly losesRace?: boolean;
}

const courses: readonly Course[] = [
  { name: 'a batch' },
  { name: 'a batch that loses a race for a name', losesRace: true },
  { name: 'a batch that comes again', firstDelivery: 4 },
  { name: 'a batch that comes again and is longer', firstDelivery: 2 },
];

/** Sends a group on its course, and resolves when it is counted. */
async function run({ firstDelivery, losesRace = false }: Course): Promise<void> {
  if (losesRace) await runRace();
  else if (firstDelivery !== undefined) await runAgain(firstDelivery);
  else {
    await groups.send();
    await world.counted();
  }
}

async function runRace(): Promise<void> {
  const race = stack.engine.faults.add({
    match: { where: (call) => calls.positionOf(call)?.includes('SET Names = list_append') ?? false },
    action: {
      kind: 'intercept',
      interceptor: async (_, proceed) => {
        await groups.admitRival();
        return proceed();
      },
    },
    times: 1,
  });
  // To one shard: those of others could admit what is left of the names meanwhile.
  await groups.send({ shards: 1, rival: true });
  await world.counted();
  race.remove();
  expect(race.strikes).toBe(1);
}

/** The first shard's batch is killed at its checkpoint, and comes again. */
async function runAgain(firstDelivery: number): Promise<void> {
  const [shard] = await world.openShards();
  const shardId = shard?.ShardId ?? '';
  let deliveries = 0;
  world.countMapping.chaos = (attempt) => {
    if (attempt.shardId !== shardId) return undefined;
    deliveries += 1;
    // After the first, as much as there is, so that the mapping does not halve what failed.
    return { bounds: deliveries === 1 ? firstDelivery : 100 };
  };
  const again = strike(stack.engine, 'killed before', (call) => {
    const isCheckpoint = calls.positionOf(call)?.includes('CHECKPOINT#count') ?? false;
    return isCheckpoint && calls.shardOf(call) === shardId;
  });
  await groups.send();
  await world.counted();
  world.countMapping.chaos = undefined;
  again.remove();
  expect(again.hasStruck).toBe(true);
}

async function positionsOf(course: Course): Promise<readonly CallPosition[]> {
  calls.record();
  await run(course);
  await world.publishMapping.idle();
  return calls.recorded;
}

/** Strikes one call of a group, and returns everything that then differs from what was sent. */
async function runStruck(course: Course, position: CallPosition, name: StrikeName): Promise<readonly string[]> {
  const isPublish = position.startsWith('publish ');
  const struck = strike(stack.engine, name, (call) => calls.positionOf(call) === position);
  await run(course);
  if (isPublish) await world.publishMapping.idle();
  await struck.land();
  await world.counted();
  struck.remove();
  const differences = struck.hasStruck ? [] : ['not struck'];
  if (isPublish) differences.push(...(await world.figureDifferences()));
  differences.push(...(await world.differences()));
  return differences.map((difference) => `${course.name}, ${position}, ${name}: ${difference}`);
}

/** Strikes every call of the positions in every way, one at a time. */
async function strikeAll(course: Course, positions: readonly CallPosition[]): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const position of positions) {
    for (const name of strikeNames) {
      if (isOfInterest(name, position)) differences.push(...(await runStruck(course, position, name)));
    }
  }
  return differences;
}

/** Calls that are known today: a list without them is not the list of all. */
const known: Readonly<Record<string, readonly string[]>> = {
  'a batch': [
    'count dynamodb GetItem Control CATALOGUE #1',
    'count dynamodb GetItem Control FLOORS #1',
    'count dynamodb GetItem Control TIMELINE #1',
    'count dynamodb UpdateItem Control CATALOGUE SET Names = list_append',
    'count dynamodb UpdateItem Control CATALOGUE SET Caps = list_append',
    'count dynamodb UpdateItem Series 1m ',
    'count dynamodb UpdateItem Series 1h ',
    'count s3 PutObject bucket quarantine #1',
    'count dynamodb UpdateItem Control LEDGER ',
    'count dynamodb UpdateItem Control CHECKPOINT#count ',
    'publish dynamodb Query Control PUBLISHED ',
    'publish monitoring PutMetricData #1',
    'publish dynamodb UpdateItem Control PUBLISHED ',
    'publish dynamodb UpdateItem Control CHECKPOINT#publish ',
  ],
  'a batch that loses a race for a name': [
    'count dynamodb UpdateItem Control CATALOGUE SET Names = list_append(Names, :entries) again #1',
  ],
  'a batch that comes again': ['count dynamodb UpdateItem Control LEDGER ADD Redelivered '],
  'a batch that comes again and is longer': [
    'count dynamodb UpdateItem Series 1m SET LastSequence = :fence, WrittenBy = :WrittenBy ADD EventCount :EventCount again ',
    'count dynamodb UpdateItem Series 1h SET LastSequence = :fence, WrittenBy = :WrittenBy ADD EventCount :EventCount again ',
    'Redelivered :Redelivered again ',
  ],
};

describe('a fault at every call', () => {
  const struck = new Set<CallPosition>();

  it.each(courses)('of $name leaves every count exact', { timeout: 600_000 }, async (course) => {
    const positions = await positionsOf(course);
    expect(await world.figureDifferences()).toEqual([]);
    for (const each of known[course.name] ?? [])
      expect(positions.filter((text) => text.includes(each))).not.toEqual([]);
    const news = positions.filter((position) => !struck.has(position));
    for (const position of news) struck.add(position);

    const unmarkedBefore = published.calls('web').unmarked;
    const forCount = news.filter((position) => position.startsWith('count '));
    expect(await strikeAll(course, forCount)).toEqual([]);
    await world.settled();
    expect(await world.figureDifferences()).toEqual([]);
    // What strikes counting alone puts nothing into the metric twice.
    expect(published.calls('web').unmarked).toBe(unmarkedBefore);

    const forPublish = news.filter((position) => position.startsWith('publish '));
    const isAtPut = (position: CallPosition) => /PutMetricData|UpdateItem Control PUBLISHED/.test(position);
    expect(
      await strikeAll(
        course,
        forPublish.filter((position) => !isAtPut(position)),
      ),
    ).toEqual([]);
    expect(published.calls('web').unmarked).toBe(unmarkedBefore);
    // Only what strikes between a call and its marker may repeat one, and no strike more than that one.
    const atPut = forPublish.filter(isAtPut);
    expect(await strikeAll(course, atPut)).toEqual([]);
    const unmarked = published.calls('web').unmarked - unmarkedBefore;
    expect(unmarked).toBeLessThanOrEqual(atPut.length * strikeNames.length);
    expect(stack.engineErrors).toEqual([]);
  });
});
