import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Instance } from '../../test/instance.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import type { Ending, Rides } from '../../test/rides.ts';
import { RidesStage, reading } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T23:58:30Z');
const shardId = 'shardId-000000000000';
const recordsInAll = 30;
const names = ['Pegasus', 'Hoshi', 'over the cap', 'malformed'] as const;
/** Sums of these depend on order and grouping where they are rounded. */
const values = [0.1, 0.2, 0.7, 1e16, -1e16, 3, -2.5, 1 / 3];

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

interface Put {
  readonly name: (typeof names)[number];
  readonly value: number;
  readonly arrivalMs: number;
}

interface Delivery {
  /** Records from the shard's position on; there may be none where the window ends. */
  readonly size: number;
  readonly ending: Ending | 'goes on';
  /** What happens to the DynamoDB call and the Kinesis call of this number, counted from the delivery's first; others pass. */
  readonly faultyCall: number;
  readonly fate: Fate;
  readonly faultyRead: number;
  /** What Lambda carries, if it is not what the last invocation answered. */
  readonly state: 'kept' | 'lost' | 'torn';
  /** Lambda comes again though all went well: it forgot. */
  readonly forgotten: boolean;
  /** A cold start before it. */
  readonly cold: boolean;
  /** Records that another invocation gets at the same time; 0: there is none. */
  readonly twin: number;
}

const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };
const rarely = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const puts = fc.array(
  fc.record({
    name: fc.constantFrom(...names),
    value: fc.constantFrom(...values),
    // Arrivals go backwards now and then, even into the window before.
    backMs: rarely(0, 1, 30_000, 70_000),
  }),
  { minLength: recordsInAll, maxLength: recordsInAll },
);
const deliveries = fc.array(
  fc.record<Delivery>({
    size: fc.integer({ min: 0, max: 12 }),
    ending: fc.constantFrom('goes on', 'goes on', 'final', 'early'),
    faultyCall: fc.nat(10),
    fate: fc.constantFrom<Fate>('pass', 'lose-answer', refusal),
    faultyRead: fc.nat(12),
    state: rarely<Delivery['state']>('kept', 'lost', 'torn'),
    forgotten: rarely(false, true),
    cold: rarely(false, true),
    twin: rarely(0, 2, 7),
  }),
  { minLength: 4, maxLength: 10 },
);
const last: Delivery = {
  size: recordsInAll,
  ending: 'final',
  faultyCall: -1,
  fate: 'pass',
  faultyRead: -1,
  state: 'kept',
  forgotten: false,
  cold: true,
  twin: 0,
};

/** A shard to which Lambda delivers as it pleases. */
class Shard {
  readonly rides: Rides;
  readonly #puts: readonly Put[];
  readonly #records: StoredRecord[] = [];
  #instance: Instance | undefined;
  #position = 0;

  constructor(rides: Rides, puts: readonly Put[]) {
    this.rides = rides;
    this.#puts = puts;
  }

  async deliver(delivery: Delivery): Promise<void> {
    if (delivery.cold) await this.end();
    this.#instance ??= await this.rides.start();
    stage.reset();
    stage.proxy.decide = () => (stage.proxy.calls.length === delivery.faultyCall + 1 ? delivery.fate : 'pass');
    stage.kinesis.decide = () =>
      stage.kinesis.calls.length === delivery.faultyRead + 1 ? { fault: 'AccessDeniedException' } : 'pass';
    const records = await this.#take(delivery.size, delivery === last);
    const ending = delivery.ending === 'goes on' ? undefined : delivery.ending;
    if (records.length === 0 && ending === undefined) return;
    const carried = this.rides.states.get(shardId) ?? {};
    const state = { kept: carried, lost: {}, torn: 'torn' }[delivery.state];
    const twin = delivery.twin === 0 ? undefined : this.#twin(await this.#take(delivery.twin), state);
    const call = { records, shardId, state, instance: this.#instance, ...(ending && { ending }) };
    const [outcome] = await Promise.allSettled([this.rides.deliver(call), twin]);
    if (outcome.status === 'fulfilled' && !delivery.forgotten) this.#position += records.length;
    else this.rides.states.set(shardId, carried);
    if (outcome.status === 'rejected' && delivery === last) throw outcome.reason;
  }

  async end(): Promise<void> {
    await this.#instance?.end();
    this.#instance = undefined;
  }

  /** Another sandbox, with the same state and other records, at the same time. Lambda never hears what becomes of it. */
  async #twin(records: readonly StoredRecord[], state: unknown): Promise<void> {
    if (records.length === 0) return;
    const instance = await this.rides.start();
    await instance.answer(this.rides.event({ records, state, ending: 'final' })).catch(() => {});
    await instance.end();
  }

  /**
   * Records reach the stream no sooner than they are delivered. The last delivery has at least one: only a record that comes after a lost
   * state shows that it was lost.
   */
  async #take(count: number, isLast = false): Promise<StoredRecord[]> {
    const to = Math.min(this.#position + count, isLast ? recordsInAll : recordsInAll - 1);
    for (const { name, value, arrivalMs } of this.#puts.slice(this.#records.length, to)) {
      const text = name === 'malformed' ? '{' : reading(name, value);
      this.#records.push(await this.rides.stream.put(text, arrivalMs));
    }
    return this.#records.slice(this.#position, to);
  }
}

/** What the rows must hold: added up without rounding, as whole multiples of 2^-80. */
function expectedWindows(readings: readonly Put[], admitted: readonly string[]) {
  const windows = new Map<string, number[]>();
  for (const { name, value, arrivalMs } of readings) {
    if (name === 'malformed') continue;
    const start = new Date(Math.floor(arrivalMs / 60_000) * 60_000).toISOString().slice(0, 19);
    const key = `${admitted.includes(name) ? name : '$other'} w60 ${start}Z 000000000000`;
    windows.set(key, [...(windows.get(key) ?? []), value]);
  }
  return Object.fromEntries(
    [...windows].map(([key, values]) => {
      const total = values.reduce((sum, value) => sum + BigInt(value * 2 ** 80), 0n);
      const distance = [values.length, Number(total) / 2 ** 80, Math.min(...values), Math.max(...values)];
      return [key, { records: values.length, distance, health: [values.length, 100 * values.length, 100, 100] }];
    }),
  );
}

test('whatever the bounds, endings, repeats, faults and losses of deliveries, every reading is in its window once', async () => {
  await fc.assert(
    fc.asyncProperty(puts, deliveries, async (chosen, plan) => {
      const readings = chosen.map((put, index) => ({ ...put, arrivalMs: startMs + index * 7000 - put.backMs }));
      const rides = await stage.makeRides(startMs - 120_000, { maxSeries: 2 });
      const shard = new Shard(rides, readings);
      for (const delivery of [...plan, last]) await shard.deliver(delivery);
      await shard.end();

      const { Names } = (await rides.control('CATALOGUE')) as { Names: string[] };
      expect(await rides.windows()).toEqual(expectedWindows(readings, Names));
      const malformed = readings.filter(({ name }) => name === 'malformed').length;
      const ledgers = Object.entries(await rides.deployment.control()).filter(([item]) => item.startsWith('LEDGER#'));
      const sum = (field: string) => ledgers.reduce((total, [, item]) => total + Number(item[field]), 0);
      expect(sum('Received')).toBe(recordsInAll);
      expect(sum('Malformed')).toBe(malformed);
      expect(sum('Counted')).toBe(recordsInAll - malformed);
      expect(Object.keys(await rides.deployment.quarantine())).toHaveLength(malformed);
    }),
    { numRuns: 10 },
  );
});
