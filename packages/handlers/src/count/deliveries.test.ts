import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sent } from '../../test/events.ts';
import { kinesisEvent, webEvent } from '../../test/events.ts';
import type { Instance } from '../../test/instance.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import { Stage } from '../../test/stage.ts';

const arrivalMs = Date.parse('2026-11-02T09:30:00Z');
const recordsInAll = 30;
const kinds = ['page view', 'click', 'over the cap', 'malformed'] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

interface Delivery {
  /** Records from the shard's position on. */
  readonly size: number;
  /** What happens to the call of this number, counted from the delivery's first; later calls pass. */
  readonly faultyCall: number;
  readonly fate: Fate;
  /** Lambda comes again though all went well: it forgot. */
  readonly forgotten: boolean;
  /** A cold start before it. */
  readonly cold: boolean;
}

const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };
const deliveries = fc.array(
  fc.record<Delivery>({
    size: fc.integer({ min: 1, max: 12 }),
    faultyCall: fc.nat(10),
    fate: fc.constantFrom<Fate>('pass', 'lose-answer', refusal),
    forgotten: fc.boolean(),
    cold: fc.boolean(),
  }),
  { minLength: 3, maxLength: 8 },
);

function recordsOf(choice: readonly number[]): Sent[] {
  return choice.map((kind, index) => {
    const name = kinds[kind] ?? 'click';
    const timeMs = arrivalMs - (index % 3) * 60_000;
    return { sequence: index + 1, text: name === 'malformed' ? '{' : webEvent(name, timeMs), arrivalMs };
  });
}

test('whatever the bounds, repeats and faults of deliveries, every record is counted once', async () => {
  const choices = fc.array(fc.nat(kinds.length - 1), { minLength: recordsInAll, maxLength: recordsInAll });
  await fc.assert(
    fc.asyncProperty(choices, deliveries, async (choice, plan) => {
      const deployment = await stage.makeDeployment({ buckets: ['1m'], maxSeries: 2 });
      const records = recordsOf(choice);
      let instance: Instance | undefined;
      let position = 0;
      for (const delivery of [
        ...plan,
        { size: recordsInAll, faultyCall: -1, fate: 'pass', forgotten: false, cold: true },
      ]) {
        if (delivery.cold || !instance) {
          await instance?.end();
          instance = await deployment.start('count');
        }
        stage.servers.proxy.reset();
        stage.servers.proxy.decide = () =>
          stage.servers.proxy.calls.length === delivery.faultyCall + 1 ? (delivery.fate as Fate) : 'pass';
        const batch = records.slice(position, position + delivery.size);
        if (batch.length === 0) break;
        const succeeded = await instance.invoke(kinesisEvent(batch)).then(
          () => true,
          () => false,
        );
        if (succeeded && !delivery.forgotten) position += batch.length;
      }
      await instance?.end();
      expect(position).toBeGreaterThanOrEqual(recordsInAll);

      const good = choice.filter((kind) => kinds[kind] !== 'malformed').length;
      const counts = await deployment.counts();
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(good);
      const { Names } = (await deployment.control()).CATALOGUE as { Names: string[] };
      const expected: Record<string, number> = {};
      for (const [index, kind] of choice.entries()) {
        const name = kinds[kind] ?? 'click';
        if (name === 'malformed') continue;
        const start = new Date(Math.floor((arrivalMs - (index % 3) * 60_000) / 60_000) * 60_000).toISOString();
        const key = `${Names.includes(name) ? name : '$other'} 1m ${start.slice(0, 19)}Z`;
        expected[key] = (expected[key] ?? 0) + 1;
      }
      expect(counts).toEqual(expected);
      expect((await deployment.control())['LEDGER#count#2026-11-02#shardId-000000000000']).toMatchObject({
        Received: recordsInAll,
        Counted: good,
        Quarantined: recordsInAll - good,
        Malformed: recordsInAll - good,
      });
      expect(Object.keys(await deployment.quarantine())).toHaveLength(recordsInAll - good);
    }),
    { numRuns: 6 },
  );
});
