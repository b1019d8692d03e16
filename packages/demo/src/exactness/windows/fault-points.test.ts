import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallPosition } from '../calls.ts';
import { Published } from '../published.ts';
import { type Stack, startStack } from '../stack.ts';
import { type StrikeName, strikeNames, strikesOf } from '../strikes.ts';
import { type Course, courses } from './course.ts';
import { readingSource } from './reading-groups.ts';
import { Trial } from './trial.ts';

const maxSeries = 900;
const everyShard = [0, 1, 2, 3, 4];
/** A source is new only once: one is recorded, each of the others takes one fault. */
const freshNames = ['recorded', ...strikeNames].map((_, index) => `fresh-${index}`);

let stack: Stack;
let published: Published;
let rides: Trial;
let fresh: readonly Trial[] = [];

beforeAll(async () => {
  const source = { ...readingSource, maxSeries };
  stack = await startStack({ sources: Object.fromEntries(['rides', ...freshNames].map((name) => [name, source])) });
  published = new Published(stack.engine);
  rides = new Trial(stack, 'rides', published, { maxSeries, seed: 1 });
  fresh = freshNames.map((name, seed) => new Trial(stack, name, published, { maxSeries, seed }));
  // Only the sources at hand are read.
  for (const { world } of fresh) await world.enable(false);
  await rides.groups.send();
  await rides.world.settled();
}, 600_000);

afterAll(async () => {
  for (const trial of [rides, ...fresh]) trial?.close();
  await stack?.stop();
});

describe('a fault at every call', () => {
  const struck = new Set<CallPosition>();

  it.each(courses)('of $name leaves every window exact', { timeout: 600_000 }, async (course) => {
    const { world, calls } = rides;
    calls.record();
    await rides.run(course, everyShard);
    await world.publishMapping.idle();
    const positions = calls.recorded;
    expect([...(await world.differences()), ...(await world.figureDifferences())]).toEqual([]);
    for (const each of course.known) expect(positions.filter((text) => text.includes(each))).not.toEqual([]);
    // What windows put into metrics is their own; the other calls of publishing are struck where buckets are published.
    const isAtPut = (position: CallPosition) => /PutMetricData|UpdateItem Control PUBLISHED/.test(position);
    const isWindow = (position: CallPosition) => position.startsWith('window ');
    const news = positions.filter((position) => !struck.has(position) || course.again?.test(position));
    for (const position of news) struck.add(position);
    const strikeAll = async (struck: readonly CallPosition[]) => {
      const differences: string[] = [];
      for (const position of struck) differences.push(...(await rides.strikeCall(course, position)));
      return differences;
    };

    const unmarkedBefore = published.calls('rides').unmarked;
    expect(await strikeAll(news.filter(isWindow))).toEqual([]);
    await world.settled();
    expect(await world.figureDifferences()).toEqual([]);
    // What strikes other calls puts nothing into a metric twice.
    expect(published.calls('rides').unmarked).toBe(unmarkedBefore);
    // Only what strikes between a call and its marker may repeat one, and no strike more than that one.
    const atPut = news.filter(isAtPut);
    expect(await strikeAll(atPut)).toEqual([]);
    const unmarked = published.calls('rides').unmarked - unmarkedBefore;
    expect(unmarked).toBeLessThanOrEqual(atPut.length * strikeNames.length);
    expect(stack.engineErrors).toEqual([]);
  });
});

describe('a fault at every call that only the first window of a source or of a shard makes', () => {
  const first: Course = { name: 'a first window', known: [] };

  it('leaves every window exact', { timeout: 600_000 }, async () => {
    const [recording, ...others] = fresh;
    if (recording === undefined) throw new Error('no source to record');
    for (const { world } of fresh) await world.enable(true);
    const made: (readonly CallPosition[])[] = [];
    for (const shard of [0, 0, 1]) {
      recording.calls.record();
      await recording.run(first, [shard]);
      made.push(recording.calls.recorded.filter((position) => position.startsWith('window ')));
    }
    const [ofFirst = [], ofSecond = [], ofShard = []] = made;
    const positions = ofFirst.filter((position) => !ofSecond.includes(position));
    const [ofShards, ofSources] = [true, false].map((isOfShard) =>
      positions.filter((position) => ofShard.includes(position) === isOfShard),
    );
    expect(ofSources).toEqual([expect.stringContaining('CATALOGUE SET Names = :names, Caps = :caps #1')]);
    expect(ofShards).toEqual([expect.stringContaining('GetShardIterator stream TRIM_HORIZON #1')]);

    const strikeSource = async (trial: Trial, name: StrikeName) => {
      const differences: string[] = [];
      for (const position of ofSources ?? [])
        differences.push(...(await trial.strike(first, position, [{ name }], [0])));
      return differences;
    };
    const differences = await Promise.all(strikeNames.map((name, index) => strikeSource(others[index] as Trial, name)));
    expect(differences.flat()).toEqual([]);
    const [source] = others;
    for (const position of ofShards ?? []) {
      const strikes = strikesOf(position).map((name, index) => ({ name, shard: index + 1 }));
      expect(await source?.strike(first, position, strikes, [1, 2, 3, 4])).toEqual([]);
    }
    for (const { world } of fresh) {
      await world.settled();
      expect([...(await world.differences()), ...(await world.figureDifferences())]).toEqual([]);
    }
    expect(stack.engineErrors).toEqual([]);
  });
});
