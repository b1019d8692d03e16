import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../command.ts';
import { Published } from '../published.ts';
import { type Stack, startStack } from '../stack.ts';
import { World } from '../world.ts';

/* What goes back on the stream is counted once in the buckets, and once in the window in which it arrives anew. */

const hourMs = 3_600_000;
let stack: Stack;
let world: World;

beforeAll(async () => {
  const event = { name: 'Name', time: 'StatusTime' };
  const window = { seconds: 60, measures: { distance: 'Distance' }, batchWindowSeconds: 0 };
  stack = await startStack({ sources: { rides: { event, window, buckets: ['1h'], stream: { shards: 1 } } } });
  world = new World(stack.engine, stack.source('rides'), new Published(stack.engine));
}, 600_000);

afterAll(async () => {
  world?.close();
  await stack?.stop();
});

async function json(...argv: string[]): Promise<Record<string, unknown>> {
  const { exitCode, out } = await runCommand(stack.engine, [...argv, '--json']);
  return { exitCode, ...JSON.parse(out) };
}

it('a reading that came too early is refused until its time has come, and then is in bucket and window', async () => {
  const { clock } = stack.engine;
  const timeMs = clock.now() + 4 * hourMs;
  const data = Buffer.from(
    JSON.stringify({ Name: 'early', StatusTime: new Date(timeMs).toISOString(), Distance: 7.5 }),
  );
  await world.put([{ data, partitionKey: 'k', fate: { kind: 'quarantined', column: 'TooNew' } }]);
  await world.closed();
  const resubmit = () => json('quarantine', 'resubmit', '--reason', 'too-new', '--yes');
  const untilMs = new Date(timeMs - 2 * hourMs).toISOString();
  expect(await resubmit()).toMatchObject({
    exitCode: 1,
    rows: [{ outcome: 'refused', why: expect.stringContaining(`its time has come at ${untilMs}: resubmit it then`) }],
  });
  clock.set(timeMs - hourMs);
  expect(await resubmit()).toMatchObject({ exitCode: 0, rows: [{ outcome: 'sent' }] });
  expect(await resubmit()).toMatchObject({ exitCode: 0, rows: [{ outcome: 'already' }] });
  await world.closed();
  const hour = `${new Date(timeMs).toISOString().slice(0, 13)}:00:00Z`;
  expect(await json('counters')).toMatchObject({ rows: [{ event: 'early', bucket: hour, count: 1 }] });
  expect(await json('windows')).toMatchObject({
    rows: [{ name: 'early', records: 1, measures: { distance: { sum: 7.5 } } }],
  });
  for (const consumer of ['count', 'window'] as const) {
    const sums = await Promise.all(
      ['Received', 'Counted', 'TooNew'].map((column) => world.ledgerSum(column, consumer)),
    );
    expect(sums).toEqual([2, 1, 1]);
  }
  expect(stack.engineErrors).toEqual([]);
}, 120_000);
