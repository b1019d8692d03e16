import { windowRestMs } from '@tidemark/core/health/reader';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../test/instance.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const nowMs = Date.now();
const malformed = '{"Name":';

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());
beforeEach(() => {
  stage.metrics.loseAnswer = false;
});

type Reader = 'count' | 'window' | 'archive';

/** A source that is looked at, of 2 shards where nothing else is said. */
async function watchedSource(shards = 2): Promise<{ web: Replayed; health: Instance }> {
  const web = await stage.makeSource(nowMs - 60 * minuteMs, shards);
  return { web, health: await web.deployment.start('health', stage.environment) };
}

/** As the rule has it. */
function watched({ source, stream }: Replayed, ...readers: Reader[]) {
  const restMs = { count: 1000, window: windowRestMs(60), archive: 1000 };
  return { source, stream: stream.arn, readers: readers.map((reader) => ({ reader, restMs: restMs[reader] })) };
}

/** The stream's clock goes with the function's. */
async function look(health: Instance, ...sources: object[]): Promise<void> {
  stage.kinesis.clock.set(Date.now());
  await health.invoke({ sources });
}

const freshness = ({ source }: Replayed) => stage.metrics.told(source, 'Freshness');
const quarantined = ({ source }: Replayed) => stage.metrics.told(source, 'QuarantinedEvents');

/** On the stream so many minutes ago. */
function put(web: Replayed, text: string, minutesAgo: number, shard = 0): Promise<StoredRecord> {
  return web.stream.put(text, nowMs - minutesAgo * minuteMs, shard);
}

const event = (minutesAgo: number) => eventAt('Pegasus', nowMs - minutesAgo * minuteMs);

describe('freshness', () => {
  test('of what is idle and caught up is 0', async () => {
    const { web, health } = await watchedSource();
    await look(health, watched(web, 'count', 'window'));
    await web.live([await put(web, event(9), 9), await put(web, event(8), 8, 1)]);
    await look(health, watched(web, 'count', 'window'));
    expect(await freshness(web)).toEqual({ times: 2, sum: 0 });
  });

  test('is that of the record that waits longest, of any reader and shard', async () => {
    const { web, health } = await watchedSource();
    await web.live([await put(web, event(20), 20)]);
    await put(web, event(15), 15);
    await put(web, event(18), 18, 1);
    await look(health, watched(web, 'count'));
    const { sum } = await freshness(web);
    expect(sum).toBeGreaterThanOrEqual(18 * 60 - 1);
    expect(sum).toBeLessThan(20 * 60);
    // Nothing is archived yet: the first record waits.
    await look(health, watched(web, 'count', 'archive'));
    const { sum: both } = await freshness(web);
    expect(both - sum).toBeGreaterThanOrEqual(20 * 60 - 1);
  });

  test('leaves a window the time that records rest in it', async () => {
    const { web, health } = await watchedSource();
    await put(web, event(2), 2);
    await look(health, watched(web, 'window'));
    expect(await freshness(web)).toEqual({ times: 1, sum: 0 });
  });

  test('of a shard that was split is that of the parent, until it is counted', async () => {
    const { web, health } = await watchedSource(1);
    const last = await put(web, event(20), 20);
    await web.stream.split(last.shardId);
    await look(health, watched(web, 'count'));
    expect((await freshness(web)).sum).toBeGreaterThanOrEqual(20 * 60 - 1);
    await web.live([last]);
    const before = await freshness(web);
    await look(health, watched(web, 'count'));
    expect(await freshness(web)).toEqual({ times: 2, sum: before.sum });
  });
});

describe('a stream', () => {
  test('that is long silent is searched from where the last look was through, not from its last record on', async () => {
    const { web, health } = await watchedSource();
    await web.live([await put(web, event(59), 59)]);
    await put(web, event(4), 4);
    const last = { LookedMs: nowMs - 5 * minuteMs, Stream: web.stream.arn, FromDay: '2000-01-01', Quarantined: 0 };
    await web.deployment.putControl('HEALTH', { ...last, ThroughMs: { count: nowMs - 5 * minuteMs } });
    const asked: unknown[] = [];
    stage.kinesis.decide = ({ operation, input }) => {
      if (operation === 'GetShardIterator') asked.push(input);
      return 'pass';
    };
    await look(health, watched(web, 'count'));
    const Timestamp = (nowMs - 6 * minuteMs) / 1000;
    expect(asked).toEqual([
      expect.objectContaining({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp }),
      expect.objectContaining({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp }),
    ]);
    expect((await freshness(web)).sum).toBeGreaterThanOrEqual(4 * 60 - 1);
  });

  test('of 200 shards costs two calls a shard and reader, four at a time', async () => {
    const { web, health } = await watchedSource(200);
    stage.kinesis.calls.length = 0;
    let [underWay, most] = [0, 0];
    stage.kinesis.decide = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return 'pass' as const;
    };
    await look(health, watched(web, 'count', 'window', 'archive'));
    expect(Object.groupBy(stage.kinesis.calls, (call) => call)).toEqual({
      ListShards: expect.objectContaining({ length: 1 }),
      GetShardIterator: expect.objectContaining({ length: 600 }),
      GetRecords: expect.objectContaining({ length: 600 }),
    });
    expect(most).toBeLessThanOrEqual(4);
    expect(await freshness(web)).toEqual({ times: 1, sum: 0 });
  });
});

describe('what was set aside', () => {
  /** Now: of what was read before, nothing arrives any more, and ledgers are kept by the day of arrival. */
  const arriving = (web: Replayed, text: string, shard = 0) => web.stream.put(text, Date.now(), shard);

  test('is told once, whichever reader was first, and not at the first look', async () => {
    const { web, health } = await watchedSource();
    await web.live([await arriving(web, malformed), await arriving(web, event(0))]);
    const both = watched(web, 'count', 'window');
    await look(health, both);
    expect(await quarantined(web)).toEqual({ times: 1, sum: 0 });
    await look(health, both);
    await web.live([await arriving(web, malformed), await arriving(web, malformed, 1)]);
    await look(health, both);
    await look(health, both);
    expect(await quarantined(web)).toEqual({ times: 4, sum: 2 });
    expect((await web.deployment.control()).HEALTH).toMatchObject({ Quarantined: 3 });
  });

  test('is told again when the last look was not remembered, rather than never', async () => {
    const { web, health } = await watchedSource();
    await look(health, watched(web, 'count'));
    await web.live([await arriving(web, malformed)]);
    stage.proxy.decide = ({ operation }) =>
      operation === 'UpdateItem' ? { fault: 'AccessDeniedException', status: 400 } : 'pass';
    await expect(look(health, watched(web, 'count'))).rejects.toThrow('1 sources could not be looked at');
    expect(await quarantined(web)).toEqual({ times: 2, sum: 1 });
    stage.proxy.reset();
    await look(health, watched(web, 'count'));
    await look(health, watched(web, 'count'));
    expect(await quarantined(web)).toEqual({ times: 4, sum: 2 });
  });

  test('is not lost with a call that fails', async () => {
    const { web, health } = await watchedSource();
    await look(health, watched(web, 'count'));
    await web.live([await arriving(web, malformed)]);
    const cut = await web.deployment.start('health', {
      ...stage.environment,
      AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:9',
    });
    await expect(look(cut, watched(web, 'count'))).rejects.toThrow('1 sources could not be looked at');
    expect(await quarantined(web)).toEqual({ times: 1, sum: 0 });
    await look(health, watched(web, 'count'));
    expect(await quarantined(web)).toEqual({ times: 2, sum: 1 });
  });
});

test('sources that cannot be looked at do not stop the others, and are told', async () => {
  const { web, health } = await watchedSource();
  const gone = { ...watched(web, 'count'), source: 'gone', stream: `${web.stream.arn}-gone` };
  await expect(look(health, gone, watched(web, 'count'), gone)).rejects.toThrow('2 sources could not be looked at');
  expect(await freshness(web)).toEqual({ times: 1, sum: 0 });
  await expect(look(health, { ...gone, readers: [] })).rejects.toThrow();
});

test('a stream that does not answer has its share of the time, and no more', async () => {
  const { web, health } = await watchedSource();
  const silent = { ...watched(web, 'count'), source: 'silent', stream: `${web.stream.arn}-silent` };
  stage.kinesis.decide = async ({ input }) => {
    const isSilent = String(input.StreamARN).endsWith('-silent');
    if (isSilent) await new Promise((resolve) => setTimeout(resolve, 4000));
    return isSilent ? { fault: 'InternalFailure' } : 'pass';
  };
  stage.kinesis.clock.set(Date.now());
  const sources = [silent, watched(web, 'count'), watched(web, 'archive')];
  await expect(health.invoke({ sources }, 9000)).rejects.toThrow('1 sources could not be looked at');
  expect(await freshness(web)).toEqual({ times: 2, sum: 0 });
});
