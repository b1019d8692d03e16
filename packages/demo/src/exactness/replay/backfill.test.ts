import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { archiveKey } from '@tidemark/core/archive/object';
import { Random } from '@tidemark/core/generate/random';
import { decodeBucket } from '@tidemark/core/series/key';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Archived } from '../archived.ts';
import { type Stack, startStack } from '../stack.ts';
import { LiveLoad } from './live-load.ts';
import { Readings, replayedSource, replayedStack } from './readings.ts';
import { roundsOf, stepOf } from './rounds.ts';
import type { RunPosition } from './run-calls.ts';
import { Trial } from './trial.ts';

/*
 * A range whose records have left the stream is rebuilt from the archive, and from the stream what is not archived yet, while readings keep coming, late ones
 * for the range among them.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const sizes = ['1m', '1h', 'w60'] as const;

let stack: Stack;
let trial: Trial;
let archived: Archived;
let readings: Readings;
let load: LiveLoad;
let range: { readonly from: number; readonly toMs: number };
let positions: readonly RunPosition[];

beforeAll(async () => {
  const source = { ...replayedSource, archive: { batchWindowSeconds: 0 } };
  stack = await startStack({ sources: { rides: source } }, replayedStack);
  trial = new Trial(stack, 'rides');
  archived = new Archived(stack.engine, trial.world.source);
  readings = new Readings(stack.engine, trial.world, { seed: 1 });
  load = new LiveLoad(trial, readings, new Random(2));
  const { clock } = stack.engine;
  const from = Math.ceil(clock.now() / hourMs) * hourMs;
  clock.set(from);
  for (let piece = 0; piece < 4; piece += 1) {
    await readings.put(60);
    await trial.world.counted();
    clock.advance(25 * minuteMs);
  }
  range = { from, toMs: from + 2 * hourMs };
  await archive();
  expect(await trial.differences()).toEqual([]);
  // A day and more, which is longer than the stream holds anything.
  clock.advance(26 * hourMs);
  // Archive and stream meet at what came since.
  await readings.put(30);
  await archive();
  await trial.world.settled();
}, 600_000);

afterAll(async () => {
  archived?.close();
  trial?.close();
  await stack?.stop();
});

/** Everything that was sent is archived, and nothing after it. */
async function archive(): Promise<void> {
  const { archiveMapping } = trial.world;
  archiveMapping.update(true);
  await archiveMapping.settled();
  await archiveMapping.idle({ endWindows: true });
  archiveMapping.update(false);
  await archiveMapping.settled();
}

/** Partials of the range, in each way, and late readings for it that are counted and not archived. */
async function spoil(seed: number): Promise<void> {
  await readings.put(20, range.from + hourMs);
  await trial.world.settled();
  const rows = (await trial.trueRows()).filter(({ Bucket }) => {
    const { startMs } = decodeBucket(String(Bucket));
    return startMs >= range.from && startMs < range.toMs;
  });
  await trial.spoiling.spoil(rows, sizes, 1, new Random(seed));
  await trial.world.settled();
}

async function backfill() {
  const ended = await load.while(trial.run('backfill', { ...range, force: true }));
  await trial.strikes.land();
  return ended;
}

/** Of the tables: what was deleted by hand after it was published is in CloudWatch twice. */
async function differences() {
  const remains = await trial.remains();
  if (remains.length > 0) return remains;
  await trial.world.settled();
  return trial.world.differences();
}

describe('a backfill', () => {
  it('rebuilds a range that has left the stream, and nothing else', { timeout: 300_000 }, async () => {
    await spoil(1);
    expect(await trial.world.differences()).not.toEqual([]);
    trial.calls.record();
    const ended = await backfill();
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    const { run } = ended;
    positions = trial.calls.recorded;
    expect(await trial.item(run)).toMatchObject({ Outcome: 'switched', Phase: 'ended' });
    expect(await differences()).toEqual([]);
    const { Ranges } = await trial.timeline();
    for (const size of sizes) {
      expect(Ranges[size]).toEqual([
        { FromMs: range.from, Generation: 1 },
        { FromMs: range.toMs, Generation: 0 },
      ]);
    }
  });

  it('does so when it is struck at every step', { timeout: 7_200_000 }, async () => {
    const struck = new Set<string>();
    const rounds = roundsOf(positions);
    // In the ordinary tests half as many as of a replay, most of whose steps are the same.
    for (const [round, strikes] of rounds.slice(0, rounds.length > 4 ? rounds.length : 2).entries()) {
      await archive();
      await spoil(10 + round);
      const installed = strikes.map((strike) =>
        trial.strikes.install(strike, (call) => trial.calls.positionOf(call) === strike.position),
      );
      const { run, status, error } = await backfill();
      for (const each of installed) each.remove();
      const { Outcome } = await trial.item(run);
      expect({ strikes, status, error, Outcome, differences: await differences() }).toEqual({
        ...{ strikes, status: 'SUCCEEDED', error: undefined, Outcome: 'switched', differences: [] },
      });
      for (const { hasStruck, position } of installed) if (hasStruck) struck.add(stepOf(position));
    }
    for (const step of ['tail', 'contiguous', 'recount', 'machine: recount of the archive']) {
      expect(struck).toContain(step);
    }
  });

  it('is refused where an object of the archive is missing, with shard and day, and what stood stands', {
    timeout: 300_000,
  }, async () => {
    await archive();
    const before = await trial.timeline();
    const objects = [...(await archived.objects()).values()].flat();
    const [missing] = objects.toSorted((one, other) => (one.day < other.day ? -1 : 1));
    if (missing === undefined) throw new Error('nothing is archived');
    const { endpoint, region } = stack.engine;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const object = { Bucket: trial.world.source.bucket, Key: archiveKey(missing) };
    const { Body } = await s3.send(new GetObjectCommand(object));
    const body = (await Body?.transformToByteArray()) ?? Buffer.alloc(0);
    await s3.send(new DeleteObjectCommand(object));
    const { run, status, error, cause } = await backfill();
    await s3.send(new PutObjectCommand({ ...object, Body: body }));
    s3.destroy();
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'RecountReceivedFewer' });
    expect(cause).toContain(missing.shardId);
    expect(cause).toContain(missing.day);
    expect(await trial.item(run)).toMatchObject({ Outcome: 'failed', Phase: 'ended' });
    expect((await trial.timeline()).Ranges).toEqual(before.Ranges);
    expect(await differences()).toEqual([]);
    // With the object back it is rebuilt as ever.
    expect(await backfill()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await differences()).toEqual([]);
  });
});
