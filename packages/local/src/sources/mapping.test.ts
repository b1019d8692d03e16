import { describe, expect, it } from 'vitest';
import { fail, numbers, quiet, tryMapping, until } from '../../test/kinesis-mapping.ts';
import { EngineClock } from '../clock.ts';

describe('batches', () => {
  it('hold records as Lambda shapes them', async () => {
    const { mapping, deliveries, put, clock } = await tryMapping(() => {});
    await mapping.start();
    await put('{"a":1}');
    await mapping.idle();
    const [record] = deliveries[0]?.records ?? [];
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'p',
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: Buffer.from('{"a":1}').toString('base64'),
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${record?.kinesis.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/counter',
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
    });
    const seconds = record?.kinesis.approximateArrivalTimestamp ?? 0;
    expect(clock.now() / 1000 - seconds).toBeLessThan(600);
  });

  it('are no larger than the batch size, and in order', async () => {
    const { mapping, data, put } = await tryMapping(() => {}, { settings: { BatchSize: 3 } });
    await put(...numbers(7));
    await mapping.start();
    await mapping.idle();
    expect(data()).toEqual([['1', '2', '3'], ['4', '5', '6'], ['7']]);
  });

  it('are no larger than 6 MB of event', async () => {
    const sizes: number[] = [];
    const { mapping, put, deliveries } = await tryMapping(
      (delivery) => {
        sizes.push(JSON.stringify({ Records: delivery.records }).length);
      },
      { settings: { BatchSize: 10_000, MaximumBatchingWindowInSeconds: 300 } },
    );
    for (const each of numbers(12)) await put(each.padEnd(900_000, '.'));
    await mapping.start();
    await mapping.idle({ endWindows: true });
    expect(deliveries.map((delivery) => delivery.data.length)).toEqual([5, 5, 2]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6_291_456);
  });

  it('gather for the window, in engine time', async () => {
    const clock = new EngineClock({ factor: 0 });
    const { mapping, data, put } = await tryMapping(() => {}, {
      clock,
      settings: { BatchSize: 3, MaximumBatchingWindowInSeconds: 10 },
    });
    await mapping.start();
    await put('1');
    await quiet();
    await put('2');
    clock.advance(9_999);
    await quiet();
    expect(data()).toEqual([]);
    clock.advance(1);
    await until(() => data().length === 1);
    // A full batch does not wait.
    await put(...numbers(4));
    await until(() => data().length === 2);
    await mapping.idle({ endWindows: true });
    expect(data()).toEqual([['1', '2'], ['1', '2', '3'], ['4']]);
  });

  it('come from each shard by itself, one at a time', async () => {
    const busy = new Map<string, number>();
    let most = 0;
    const { mapping, deliveries, putTo } = await tryMapping(
      async ({ shardId }) => {
        busy.set(shardId, (busy.get(shardId) ?? 0) + 1);
        most = Math.max(most, busy.get(shardId) ?? 0);
        await new Promise((resolve) => setTimeout(resolve, 10));
        busy.set(shardId, (busy.get(shardId) ?? 0) - 1);
      },
      { shards: 2, settings: { BatchSize: 2 } },
    );
    await mapping.start();
    await putTo(0, 'a', 'b', 'c');
    await putTo(1, 'x', 'y', 'z');
    await mapping.idle();
    expect(deliveries.map(({ shardId, data }) => `${shardId.at(-1)} ${data}`).sort()).toEqual([
      '0 a,b',
      '0 c',
      '1 x,y',
      '1 z',
    ]);
    expect(most).toBe(1);
  });
});

describe('filters', () => {
  it('pass over records, whose place is reached all the same', async () => {
    const { mapping, kinesis, data, put, positions } = await tryMapping(() => {}, {
      settings: { BatchSize: 2, FilterCriteria: { Filters: [{ Pattern: '{"data":{"n":[{"numeric":[">",2]}]}}' }] } },
    });
    await put('{"n":1}', 'no JSON', '{"n":3}', '{"n":4}', '"n"', '{"n":5}', '{"n":2}');
    await mapping.start();
    await mapping.idle();
    expect(data()).toEqual([['{"n":3}', '{"n":4}'], ['{"n":5}']]);
    const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
    const { ShardIterator } = await kinesis.invoke('GetShardIterator', {
      StreamName: 'web',
      ShardId: Shards[0]?.ShardId ?? '',
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const { Records } = await kinesis.invoke('GetRecords', { ShardIterator });
    const place = positions.read(`${mapping.uuid}/shardId-000000000000`) ?? '';
    expect(JSON.parse(place)).toEqual({ at: 'AFTER', sequenceNumber: Records.at(-1)?.SequenceNumber });
  });
});

describe('disabling', () => {
  it('lets the running invocation end, starts no other, and goes on from there when enabled', async () => {
    let release: (() => void) | undefined;
    const { mapping, data, put } = await tryMapping(
      (_, nth) =>
        nth === 1
          ? new Promise<void>((resolve) => {
              release = resolve;
            })
          : undefined,
      { settings: { BatchSize: 1 } },
    );
    await put('1', '2');
    await mapping.start();
    await until(() => data().length === 1);
    mapping.update(false);
    expect(mapping.state).toBe('Disabling');
    expect(() => mapping.update(true)).toThrow('is Disabling');
    await quiet();
    expect(mapping.state).toBe('Disabling');
    release?.();
    await mapping.settled();
    expect(mapping.state).toBe('Disabled');
    await put('3');
    await quiet();
    expect(data()).toEqual([['1']]);
    mapping.update(true);
    expect(mapping.state).toBe('Enabling');
    await mapping.settled();
    await mapping.idle();
    expect(data()).toEqual([['1'], ['2'], ['3']]);
  });

  it('ends a wait for a retry, which begins anew', async () => {
    const clock = new EngineClock({ factor: 0 });
    const { mapping, data, put } = await tryMapping((_, nth) => (nth === 1 ? fail() : undefined), { clock });
    await put('1');
    await mapping.start();
    await until(() => data().length === 1);
    mapping.update(false);
    await mapping.settled();
    await put('2');
    mapping.update(true);
    await mapping.settled();
    await mapping.idle();
    expect(data()).toEqual([['1'], ['1', '2']]);
  });

  it('is survived by the position, and so is a restart', async () => {
    const first = await tryMapping(() => {});
    await first.put('1');
    await first.mapping.start();
    await first.mapping.idle();
    await first.mapping.stop();
    await first.put('2');
    const second = await tryMapping(() => {}, {
      kinesis: first.kinesis,
      positions: first.positions,
      clock: first.clock,
    });
    await second.mapping.start();
    await second.mapping.idle();
    expect(second.data()).toEqual([['2']]);
  });
});

describe('the end of the engine', () => {
  it('cuts off an invocation that takes too long, and calls it no failure', async () => {
    const cutOff = Promise.withResolvers<never>();
    const { mapping, deliveries, put, events } = await tryMapping(() => cutOff.promise);
    await mapping.start();
    await put('1');
    await until(() => deliveries.length === 1);
    await mapping.stop();
    cutOff.reject(new Error('killed'));
    await quiet();
    expect(events).toEqual([]);
  });
});
