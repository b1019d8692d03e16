import type { Call } from '@tidemark/local/gateway/intercept';
import { type CallPosition, Calls } from '../calls.ts';
import type { Published } from '../published.ts';
import type { Stack } from '../stack.ts';
import { type StrikeName, strike, strikesOf } from '../strikes.ts';
import { World } from '../world.ts';
import type { Course } from './course.ts';
import { ReadingGroups } from './reading-groups.ts';

/** One source with a window, groups of readings for it, and the calls that its functions make of them. */
export class Trial {
  readonly world: World;
  readonly groups: ReadingGroups;
  readonly calls: Calls;
  readonly #stack: Stack;
  #shardIds: readonly string[] = [];

  constructor(
    stack: Stack,
    source: string,
    published: Published,
    { maxSeries, seed }: { maxSeries: number; seed: number },
  ) {
    this.#stack = stack;
    this.calls = new Calls(stack.engine, stack.source(source));
    this.world = new World(stack.engine, stack.source(source), published);
    this.groups = new ReadingGroups(stack.engine, this.world, { maxSeries, seed });
  }

  close(): void {
    this.groups.close();
    this.world.close();
  }

  /** Sends a group on its course, and resolves when its windows are written. `shards`: to those alone. */
  async run({ deliveries = [], killedBefore, losesRace = false }: Course, shards: readonly number[]): Promise<void> {
    const { world, groups, calls } = this;
    const shardIds = await this.#shards();
    const made = new Map<string, number>();
    world.windowMapping.chaos = ({ shardId }) => {
      const delivery = made.get(shardId) ?? 0;
      made.set(shardId, delivery + 1);
      return deliveries[Math.min(delivery, deliveries.length - 1)];
    };
    const isAt = (part: string, call: Call) => calls.positionOf(call)?.includes(part) ?? false;
    const kills = (killedBefore === undefined ? [] : shards).map((shard) =>
      strike(this.#stack.engine, 'killed before', (call) => {
        return isAt(killedBefore ?? '', call) && calls.shardOf(call) === shardIds[shard];
      }),
    );
    const race = this.#stack.engine.faults.add({
      match: { where: (call) => losesRace && isAt('SET Names = list_append', call) },
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
    await groups.send(losesRace ? { shards: [0], rival: true } : { shards });
    await world.counted();
    world.windowMapping.chaos = undefined;
    await world.closed();
    for (const fault of [...kills, race]) fault.remove();
    if (kills.some(({ hasStruck }) => !hasStruck)) throw new Error(`nothing was killed before ${killedBefore}`);
    if (losesRace && race.strikes === 0) throw new Error('no race was lost');
  }

  /** Strikes a call in every way: each in a shard of its own where every shard makes it, or else one after the other. */
  async strikeCall(course: Course, position: CallPosition): Promise<readonly string[]> {
    const shardIds = await this.#shards();
    const made = this.calls.shardsOf(position);
    const names = strikesOf(position);
    const strikes = names.map((name, shard) => ({ name, shard }));
    // Who of several shards changes the catalogue is a matter of chance.
    const isOfEach = strikes.every(({ shard }) => made.has(shardIds[shard] ?? '')) && !/ CATALOGUE SET /.test(position);
    if (isOfEach) return this.strike(course, position, strikes, [...shardIds.keys()]);
    const differences: string[] = [];
    for (const name of names) differences.push(...(await this.strike(course, position, [{ name }], [0, 1])));
    return differences;
  }

  /** Sends a group with these strikes, each in its shard where it has one, and returns everything that then differs from what was sent. */
  async strike(
    course: Course,
    position: CallPosition,
    strikes: readonly { readonly name: StrikeName; readonly shard?: number }[],
    shards: readonly number[],
  ): Promise<readonly string[]> {
    const { world, calls } = this;
    const shardIds = await this.#shards();
    const struck = strikes.map(({ name, shard }) => {
      const isThere = (call: Call) => shard === undefined || calls.shardOf(call) === shardIds[shard];
      return strike(this.#stack.engine, name, (call) => calls.positionOf(call) === position && isThere(call));
    });
    const isPublish = position.startsWith('publish ');
    await this.run(course, shards);
    if (isPublish) await world.publishMapping.idle();
    await Promise.all(struck.map((each) => each.land()));
    await world.closed();
    for (const each of struck) each.remove();
    const missed = struck.filter(({ hasStruck }) => !hasStruck).map(() => 'not struck');
    const figures = isPublish ? await world.figureDifferences() : [];
    const names = strikes.map(({ name }) => name).join(', ');
    return [...missed, ...figures, ...(await world.differences())].map(
      (difference) => `${course.name}, ${position}, ${names}: ${difference}`,
    );
  }

  async #shards(): Promise<readonly string[]> {
    if (this.#shardIds.length === 0) {
      this.#shardIds = (await this.world.openShards()).map(({ ShardId = '' }) => ShardId);
    }
    return this.#shardIds;
  }
}
