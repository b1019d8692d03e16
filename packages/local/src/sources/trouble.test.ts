import { expect, it } from 'vitest';
import { type Delivery, tryMapping } from '../../test/kinesis-mapping.ts';
import { EngineClock } from '../clock.ts';

/* Everything that may happen to a mapping, at random: each record must still be handled, and each key's in order. */

const rounds = 12;
const seeds = Array.from({ length: 25 }, (_, index) => index + 1);

it.each(seeds)('handles every record of every key in order, seed %i', async (seed) => {
  const random = randomOf(seed);
  const chance = (share: number) => random() < share;
  const upTo = (count: number) => Math.floor(random() * count);
  const handled: string[] = [];
  const reporting = chance(0.5);
  const failing = random() * 0.5;
  const fn = async ({ data, records }: Delivery) => {
    if (chance(0.3)) await new Promise((resolve) => setTimeout(resolve, upTo(4)));
    if (chance(failing)) throw new Error('no');
    if (!reporting || chance(0.6)) return void handled.push(...data);
    const from = upTo(records.length);
    handled.push(...data.slice(0, from));
    return { batchItemFailures: [{ itemIdentifier: records[from]?.kinesis.sequenceNumber }] };
  };
  const tried = await tryMapping(fn, {
    // Many failures in a row make for long waits.
    clock: new EngineClock({ factor: 3000 }),
    shards: 2,
    settings: {
      BatchSize: 1 + upTo(20),
      MaximumBatchingWindowInSeconds: upTo(3),
      BisectBatchOnFunctionError: chance(0.5),
      FunctionResponseTypes: reporting ? ['ReportBatchItemFailures'] : [],
    },
  });
  tried.mapping.chaos = ({ records }) => ({
    duplicate: chance(0.1),
    bisect: chance(0.1),
    ...(chance(0.2) ? { bounds: 1 + upTo(records * 2) } : {}),
  });
  await tried.mapping.start();
  const sent: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const texts = Array.from({ length: upTo(30) }, (_, index) => `${round}.${index}`);
    for (const shard of [0, 1]) {
      const mine = texts.map((text) => `${shard}:${text}`);
      await tried.putTo(shard, ...mine);
      sent.push(...mine);
    }
    if (chance(0.3)) await split(tried, upTo(100));
    if (chance(0.2) && !tried.mapping.isInTransition) tried.mapping.update(tried.mapping.state !== 'Enabled');
    if (chance(0.5)) await new Promise((resolve) => setTimeout(resolve, upTo(20)));
  }
  await tried.mapping.settled();
  tried.mapping.update(true);
  await tried.mapping.settled();
  await tried.mapping.idle();
  expect([...new Set(handled)].sort()).toEqual(sent.sort());
  for (const shard of [0, 1]) {
    const firsts = [...new Set(handled)].filter((text) => text.startsWith(`${shard}:`));
    expect(firsts).toEqual(inOrder(firsts));
  }
});

/** As they were sent. */
function inOrder(texts: readonly string[]): string[] {
  const rank = (text: string) => {
    const [round = 0, index = 0] = text.slice(2).split('.').map(Number);
    return round * 1000 + index;
  };
  return [...texts].sort((a, b) => rank(a) - rank(b));
}

/** Splits the open shard that the number means, if it can be split further. */
async function split({ kinesis }: Awaited<ReturnType<typeof tryMapping>>, which: number): Promise<void> {
  const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
  const open = Shards.filter((shard) => shard.SequenceNumberRange.EndingSequenceNumber === undefined);
  const shard = open[which % open.length];
  const start = BigInt(shard?.HashKeyRange.StartingHashKey ?? 0);
  const end = BigInt(shard?.HashKeyRange.EndingHashKey ?? 0);
  if (shard === undefined || end - start < 2n) return;
  const NewStartingHashKey = ((start + end) / 2n + 1n).toString();
  await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: shard.ShardId, NewStartingHashKey });
}

/** A small generator (mulberry32), so that a seed tells a run's choices. */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
