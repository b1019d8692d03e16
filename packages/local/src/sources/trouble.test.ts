import { expect, it } from 'vitest';
import { type Delivery, splitOpen, tryMapping } from '../../test/kinesis-mapping.ts';
import { randomOf } from '../../test/random.ts';
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
    if (chance(0.3)) await splitOpen(tried, upTo(100));
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
