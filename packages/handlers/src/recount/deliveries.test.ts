import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sent } from '../../test/events.ts';
import { kinesisEvent, pipeEvent } from '../../test/events.ts';
import type { Instance } from '../../test/instance.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import { both, pipe, piped, putLock, recounted } from '../../test/recounts.ts';
import { reading } from '../../test/rides.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

/** Just before midnight: windows, buckets and days end in the middle of it. */
const startMs = Date.parse('2026-11-02T23:59:30Z');
const recordsInAll = 30;
const names = ['Pegasus', 'Hoshi', 'over the cap', 'malformed'] as const;
/** Sums of these depend on order and grouping where they are rounded. */
const values = [0.1, 0.2, 0.7, 1e16, -1e16, 3, -2.5, 1 / 3];
const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

function recordsOf(made: readonly { name: (typeof names)[number]; value: number; backMs: number }[]): Sent[] {
  return made.map(({ name, value, backMs }, index) => ({
    sequence: index + 1,
    text:
      name === 'malformed'
        ? '{'
        : reading(name, value).replace('2026-11-02T09:30:00', `2026-11-02T23:59:${30 + (index % 30)}`),
    arrivalMs: startMs + index * 2000 - backMs,
  }));
}

async function makeDeployment(): Promise<Deployment> {
  const deployment = await stage.makeDeployment({ ...both, maxSeries: 2 });
  await deployment.putControl('CATALOGUE', { Names: ['Pegasus', 'Hoshi'], Caps: [{ FromMs: 0, MaxSeries: 2 }] });
  await putLock(deployment);
  return deployment;
}

/** What stands at last: how often records came again is told beside it, and the last batch may be any. */
async function standing(deployment: Deployment) {
  const items = Object.entries(await recounted(deployment));
  return items.map(([key, { Redelivered: _, PreviousArrivalMs: __, Received, ...item }]) =>
    key.startsWith('CHECKPOINT') ? [key, item] : [key, { ...item, Received }],
  );
}

/** A recount of all records in one batch, of which nothing goes wrong. */
async function undisturbed(records: readonly Sent[]) {
  const deployment = await makeDeployment();
  await deployment.deliver('recount', pipeEvent(pipe, kinesisEvent(records)));
  return standing(deployment);
}

interface Delivery {
  readonly size: number;
  /** What happens to the DynamoDB call of this number, counted from the delivery's first; others pass. */
  readonly faultyCall: number;
  readonly fate: Fate;
  /** The pipe comes again though all went well: it forgot. */
  readonly forgotten: boolean;
  readonly cold: boolean;
  /** Records that another invocation gets at the same time; 0: there is none. */
  readonly twin: number;
}

const rarely = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const made = fc.array(
  fc.record({
    name: fc.constantFrom(...names),
    value: fc.constantFrom(...values),
    backMs: rarely(0, 1, 30_000, 70_000),
  }),
  { minLength: recordsInAll, maxLength: recordsInAll },
);
const deliveries = fc.array(
  fc.record<Delivery>({
    size: fc.integer({ min: 1, max: 12 }),
    faultyCall: fc.nat(16),
    fate: fc.constantFrom<Fate>('pass', 'lose-answer', refusal),
    forgotten: rarely(false, true),
    cold: rarely(false, true),
    twin: rarely(0, 3, 9),
  }),
  { minLength: 4, maxLength: 10 },
);
const last: Delivery = { size: recordsInAll, faultyCall: -1, fate: 'pass', forgotten: false, cold: false, twin: 0 };

async function deliverAll(deployment: Deployment, records: readonly Sent[], plan: readonly Delivery[]): Promise<void> {
  let instance: Instance | undefined;
  let position = 0;
  for (const delivery of [...plan, last]) {
    if (delivery.cold || !instance) {
      await instance?.end();
      instance = await deployment.start('recount');
    }
    const { proxy } = stage.servers;
    proxy.reset();
    proxy.decide = () => (proxy.calls.length === delivery.faultyCall + 1 ? delivery.fate : 'pass');
    const batch = records.slice(position, position + delivery.size);
    if (batch.length === 0) break;
    const twin = delivery.twin === 0 ? undefined : await deployment.start('recount');
    const [succeeded] = await Promise.all([
      piped(instance, batch).then(
        () => true,
        () => false,
      ),
      twin && piped(twin, records.slice(position, position + delivery.twin)).catch(() => undefined),
    ]);
    await twin?.end();
    if (succeeded && !delivery.forgotten) position += batch.length;
  }
  await instance?.end();
  expect(position).toBe(recordsInAll);
}

test('whatever the bounds, repeats, duplicates and faults of deliveries, a recount writes what an undisturbed one does', async () => {
  await fc.assert(
    fc.asyncProperty(made, deliveries, async (made, plan) => {
      const records = recordsOf(made);
      const expected = await undisturbed(records);
      const deployment = await makeDeployment();
      await deliverAll(deployment, records, plan);
      expect(await standing(deployment)).toEqual(expected);
    }),
    { numRuns: 5 },
  );
});

test('a fault or a lost answer at any call fails the invocation or changes nothing, and the next makes it whole', async () => {
  const records = recordsOf(
    Array.from({ length: recordsInAll }, (_, index) => ({
      name: names[index % 4] ?? 'Hoshi',
      value: values[index % 8] ?? 0,
      backMs: index === 20 ? 70_000 : 0,
    })),
  );
  const expected = await undisturbed(records);
  const clean = stage.servers.proxy.calls.length;
  expect(clean).toBeGreaterThan(12);
  for (let call = 0; call < clean; call += 1) {
    for (const fate of ['lose-answer', refusal] as const) {
      const deployment = await makeDeployment();
      const disturbed: Delivery = { ...last, size: 17, faultyCall: call, fate };
      // The other batch begins inside the one that was hurt, and ends past it: every fence stands inside a part.
      await deliverAll(deployment, records, [disturbed, { ...last, size: 23, forgotten: true }]);
      expect(await standing(deployment)).toEqual(expected);
    }
  }
});
