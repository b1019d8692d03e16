import { expect, it } from 'vitest';
import { type Delivery, splitOpen, tryMapping } from '../../test/kinesis-mapping.ts';
import { randomOf } from '../../test/random.ts';
import { EngineClock } from '../clock.ts';
import { stateBytesMax } from './tumbling-window.ts';

/*
 * Everything that may happen to a mapping with windows, at random: what the calls that end windows are told, in their state and
 * their records, must hold every record; and once only, unless a call was made twice.
 */

const rounds = 12;

it.each([
  ...Array.from({ length: 15 }, (_, index) => ['once', index + 1] as const),
  ...Array.from({ length: 10 }, (_, index) => ['at least once', index + 101] as const),
])('ends with every record %s, seed %i', async (how, seed) => {
  const random = randomOf(seed);
  const chance = (share: number) => random() < share;
  const upTo = (count: number) => Math.floor(random() * count);
  const ended: string[] = [];
  const strayed: Delivery[] = [];
  const reporting = chance(0.5);
  const failing = random() * 0.4;
  const fn = async (delivery: Delivery) => {
    const { data, records, windowed } = delivery;
    if (records.some((record) => !isWithin(record, windowed.window))) strayed.push(delivery);
    const { seen = [] } = windowed.state as { readonly seen?: readonly string[] };
    if (chance(0.3)) await new Promise((resolve) => setTimeout(resolve, upTo(4)));
    if (chance(failing)) throw new Error('no');
    if (chance(0.05)) return { state: null };
    const from = upTo(records.length);
    if (reporting && records.length > 0 && chance(0.3)) {
      const batchItemFailures = [{ itemIdentifier: records[from]?.kinesis.sequenceNumber }];
      return { state: { seen: [...seen, ...data.slice(0, from)] }, batchItemFailures };
    }
    if (windowed.isFinalInvokeForWindow) ended.push(...seen, ...data);
    const large = chance(0.02) ? { large: '.'.repeat(stateBytesMax) } : {};
    return { state: { seen: [...seen, ...data], ...large } };
  };
  const tried = await tryMapping(fn, {
    // Many failures in a row make for long waits.
    clock: new EngineClock({ factor: 3000 }),
    shards: 2,
    settings: {
      BatchSize: 1 + upTo(20),
      MaximumBatchingWindowInSeconds: upTo(3),
      TumblingWindowInSeconds: 1 + upTo(100),
      BisectBatchOnFunctionError: chance(0.5),
      FunctionResponseTypes: reporting ? ['ReportBatchItemFailures'] : [],
    },
  });
  const { mapping } = tried;
  mapping.chaos = ({ records }) => ({
    bisect: chance(0.1),
    terminateEarly: chance(0.05),
    ...(chance(0.2) ? { bounds: 1 + upTo(records * 2) } : {}),
    ...(chance(0.2) ? { final: chance(0.5) } : {}),
    ...(how === 'once' ? {} : { duplicate: chance(0.1), forget: chance(0.1) }),
  });
  await mapping.start();
  const sent: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const texts = Array.from({ length: upTo(30) }, (_, index) => `${round}.${index}`);
    for (const shard of [0, 1]) {
      const mine = texts.map((text) => `${shard}:${text}`);
      await tried.putTo(shard, ...mine);
      sent.push(...mine);
    }
    if (chance(0.3)) await splitOpen(tried, upTo(100));
    if (chance(0.2) && !mapping.isInTransition) mapping.update(mapping.state !== 'Enabled');
    if (chance(0.2)) tried.clock.advance(upTo(300_000));
    if (chance(0.5)) await new Promise((resolve) => setTimeout(resolve, upTo(20)));
  }
  await mapping.settled();
  mapping.update(true);
  await mapping.settled();
  await mapping.idle({ closeWindows: true });
  expect(how === 'once' ? ended.sort() : [...new Set(ended)].sort()).toEqual(sent.sort());
  expect(strayed).toEqual([]);
});

function isWithin({ kinesis }: Delivery['records'][number], { start, end }: Delivery['windowed']['window']): boolean {
  const arrivalMs = kinesis.approximateArrivalTimestamp * 1000;
  return arrivalMs >= Date.parse(start) && arrivalMs < Date.parse(end);
}
