import { describe, expect, it } from 'vitest';
import { type Delivery, tryMapping } from '../../test/kinesis-mapping.ts';
import { EngineClock } from '../clock.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { InvokeFault } from '../lambda/invocation.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const fail = () => {
  throw new Error('no');
};
/** Succeeds but for deliveries that hold the record. */
const failOn = (poison: string) => (delivery: Delivery) => (delivery.data.includes(poison) ? fail() : undefined);

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

describe('a function that fails', () => {
  it('gets the whole batch again, later and later, while the shard waits', async () => {
    const clock = new EngineClock({ factor: 0 });
    const { mapping, data, put, events } = await tryMapping((_, nth) => (nth < 4 ? fail() : undefined), {
      clock,
      settings: { BatchSize: 2 },
    });
    await put(...numbers(3));
    await mapping.start();
    for (const [attempt, waitMs] of [100, 200, 400].entries()) {
      await until(() => data().length === attempt + 1);
      clock.advance(waitMs - 1);
      await quiet();
      expect(data()).toHaveLength(attempt + 1);
      clock.advance(1);
    }
    await mapping.idle();
    expect(data()).toEqual([['1', '2'], ['1', '2'], ['1', '2'], ['1', '2'], ['3']]);
    expect(events.map(({ kind, records, reason }) => [kind, records, reason])).toEqual(
      [1, 2, 3].map(() => ['failed', 2, 'Error: Error: no']),
    );
    expect(mapping.lastProcessingResult).toBe('OK');
  });

  it('does not hold up other shards', async () => {
    const { mapping, deliveries, putTo } = await tryMapping(failOn('a'), { shards: 2 });
    await mapping.start();
    await putTo(0, 'a');
    await putTo(1, 'x');
    await until(() => deliveries.some(({ data }) => data.includes('x')));
  });

  it('loses the batch when the retries are used up', async () => {
    const { mapping, data, put, events } = await tryMapping(failOn('2'), {
      settings: { BatchSize: 2, MaximumRetryAttempts: 2 },
    });
    await put(...numbers(3));
    await mapping.start();
    await mapping.idle();
    expect(data()).toEqual([['1', '2'], ['1', '2'], ['1', '2'], ['3']]);
    expect(events.filter(({ kind }) => kind === 'discarded')).toMatchObject([
      { records: 2, reason: 'RetryAttemptsExhausted' },
    ]);
  });

  it('with bisect gets halves, which use up no retry, and the poison alone is lost', async () => {
    const { mapping, data, put } = await tryMapping(failOn('3'), {
      settings: { BatchSize: 5, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 },
    });
    await put(...numbers(6));
    await mapping.start();
    await mapping.idle();
    expect(data().map(String)).toEqual(['1,2,3,4,5', '1,2,3', '1,2', '3', '3', '4,5', '6']);
  });

  it('loses what is older than the age allowed, and only that', async () => {
    const clock = new EngineClock({ factor: 0 });
    const { mapping, data, put, events } = await tryMapping(
      (delivery) => (delivery.data.includes('new') ? undefined : fail()),
      {
        clock,
        settings: { MaximumRecordAgeInSeconds: 60, MaximumBatchingWindowInSeconds: 1 },
      },
    );
    await put('old');
    clock.advance(50_000);
    await put('young');
    await mapping.start();
    await until(() => mapping.isIdle() === false);
    clock.advance(1000);
    await until(() => data().length === 1);
    clock.advance(20_000);
    await until(() => data().length === 2);
    await put('new');
    clock.advance(60_000);
    await mapping.idle({ endWindows: true });
    expect(data().map(String)).toEqual(['old,young', 'young', 'new']);
    expect(events.filter(({ kind }) => kind === 'discarded').map(({ records, reason }) => [records, reason])).toEqual([
      [1, 'RecordAgeExceeded'],
      [1, 'RecordAgeExceeded'],
    ]);
  });

  it('is tried again without end where it is only throttled', async () => {
    const { mapping, data, put, events } = await tryMapping(
      (_, nth) => {
        if (nth < 4) throw new InvokeFault('TooManyRequestsException', 'Rate Exceeded.');
      },
      { settings: { MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true } },
    );
    await put(...numbers(2));
    await mapping.start();
    await mapping.idle();
    expect(data().map(String)).toEqual(['1,2', '1,2', '1,2', '1,2']);
    expect(events.some(({ kind }) => kind === 'discarded')).toBe(false);
  });
});

describe('partial failures', () => {
  const report =
    (...which: number[]) =>
    (delivery: Delivery, nth: number) =>
      nth > 1
        ? undefined
        : { batchItemFailures: which.map((at) => ({ itemIdentifier: delivery.records[at]?.kinesis.sequenceNumber })) };
  const identifier = (itemIdentifier: unknown) => (_: Delivery, nth: number) =>
    nth > 1 ? undefined : { batchItemFailures: [{ itemIdentifier }] };

  it.each<[string, (delivery: Delivery, nth: number) => unknown, string[]]>([
    ['from the lowest reported', report(3, 2), ['1,2,3,4', '3,4']],
    ['an empty list', report(), ['1,2,3,4']],
    ['a null list', () => ({ batchItemFailures: null }), ['1,2,3,4']],
    ['an empty answer', () => ({}), ['1,2,3,4']],
    ['a null answer', () => null, ['1,2,3,4']],
    ['an empty identifier', identifier(''), ['1,2,3,4', '1,2,3,4']],
    ['an unknown identifier', identifier('495'), ['1,2,3,4', '1,2,3,4']],
    ['no identifier', identifier(undefined), ['1,2,3,4', '1,2,3,4']],
    [
      'a known and an unknown one',
      (delivery, nth) =>
        nth > 1
          ? undefined
          : {
              batchItemFailures: [
                { itemIdentifier: delivery.records[2]?.kinesis.sequenceNumber },
                { itemIdentifier: 'x' },
              ],
            },
      ['1,2,3,4', '1,2,3,4'],
    ],
    ['no list', (_, nth) => (nth > 1 ? undefined : { batchItemFailures: 'x' }), ['1,2,3,4', '1,2,3,4']],
    ['the first record', report(0), ['1,2,3,4', '1,2,3,4']],
  ])('%s', async (_, fn, expected) => {
    const { mapping, data, put } = await tryMapping(fn, {
      settings: { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    });
    await put(...numbers(4));
    await mapping.start();
    await mapping.idle();
    expect(data().map(String)).toEqual(expected);
  });

  it('mean nothing to a mapping that does not report them', async () => {
    const { mapping, data, put } = await tryMapping(report(0));
    await put(...numbers(4));
    await mapping.start();
    await mapping.idle();
    expect(data().map(String)).toEqual(['1,2,3,4']);
  });

  it('with bisect are the split', async () => {
    const fn = (delivery: Delivery) => {
      const poison = delivery.records[delivery.data.indexOf('3')];
      return poison && { batchItemFailures: [{ itemIdentifier: poison.kinesis.sequenceNumber }] };
    };
    const { mapping, data, put } = await tryMapping(fn, {
      settings: {
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
      },
    });
    await put(...numbers(6));
    await mapping.start();
    await mapping.idle();
    expect(data().map(String)).toEqual(['1,2,3,4,5,6', '3,4,5,6', '3,4', '3', '3', '4', '5,6']);
  });
});

describe('an on-failure destination', () => {
  const sent = async (destination: string) => {
    const requests: AwsRequest[] = [];
    const dispatch = async (request: AwsRequest) => {
      requests.push(request);
      return { status: 200, headers: {}, body: '' };
    };
    const { mapping, put, deliveries } = await tryMapping(failOn('2'), {
      dispatch,
      settings: {
        BatchSize: 2,
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: destination } },
      },
    });
    await put(...numbers(3));
    await mapping.start();
    await mapping.idle();
    expect(requests).toHaveLength(1);
    return { request: requests[0] as AwsRequest, records: deliveries[0]?.records ?? [] };
  };
  const metadata = (records: Delivery['records']) => ({
    requestContext: {
      requestId: expect.any(String),
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: records[0]?.kinesis.sequenceNumber,
      endSequenceNumber: records[1]?.kinesis.sequenceNumber,
      approximateArrivalOfFirstRecord: expect.stringMatching(/Z$/),
      approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
      batchSize: 2,
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
    },
  });

  it('in S3 gets the event', async () => {
    const { request, records } = await sent('arn:aws:s3:::bucket');
    expect(request).toMatchObject({ service: 's3', operation: 'PutObject', method: 'PUT' });
    expect(request.path).toMatch(
      /^\/bucket\/aws\/lambda\/00000000-0000-4000-8000-000000000001\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const { payload, ...rest } = JSON.parse(request.body.toString());
    expect(rest).toEqual(metadata(records));
    expect(JSON.parse(payload)).toEqual({ Records: records });
  });

  it('in SQS gets the range', async () => {
    const { request, records } = await sent('arn:aws:sqs:us-east-1:000000000000:dead');
    expect(request).toMatchObject({ service: 'sqs', operation: 'SendMessage' });
    const { QueueUrl, MessageBody } = JSON.parse(request.body.toString());
    expect(QueueUrl).toBe('https://sqs.us-east-1.amazonaws.com/000000000000/dead');
    expect(JSON.parse(MessageBody)).toEqual(metadata(records));
  });

  it('in SNS gets the range', async () => {
    const { request, records } = await sent('arn:aws:sns:us-east-1:000000000000:dead');
    const form = new URLSearchParams(request.body.toString());
    expect([form.get('Action'), form.get('TopicArn')]).toEqual(['Publish', 'arn:aws:sns:us-east-1:000000000000:dead']);
    expect(JSON.parse(form.get('Message') ?? '')).toEqual(metadata(records));
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

describe('starting positions', () => {
  it('LATEST passes over what was there, in open and closed shards, but not what comes', async () => {
    const tried = await tryMapping(() => {}, { startingPosition: { at: 'LATEST' } });
    await tried.put('before');
    await split(tried, '0');
    await tried.put('also before');
    await tried.mapping.start();
    await tried.mapping.idle();
    await tried.put('after');
    await split(tried, '1');
    await tried.put('after the split');
    await tried.mapping.idle();
    expect(tried.data()).toEqual([['after'], ['after the split']]);
  });

  it('AT_TIMESTAMP begins with what arrived then', async () => {
    const clock = new EngineClock({ startMs: 1_800_000_000_000, factor: 0 });
    const tried = await tryMapping(() => {}, {
      clock,
      startingPosition: { at: 'TIMESTAMP', timestampMs: 1_800_000_001_000 },
    });
    await tried.put('before');
    clock.advance(1000);
    await tried.put('then');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.data()).toEqual([['then']]);
  });
});

describe('reshards', () => {
  it('deliver parents to their ends before their children', async () => {
    let held: (() => void) | undefined;
    const tried = await tryMapping(({ data }, nth) =>
      nth === 1 && data.length > 0
        ? new Promise<void>((r) => {
            held = r;
          })
        : undefined,
    );
    await tried.put('parent');
    await tried.mapping.start();
    await until(() => tried.deliveries.length === 1);
    await tried.put('parent too');
    await split(tried, '0');
    await tried.put('low child');
    await quiet();
    expect(tried.data()).toEqual([['parent']]);
    held?.();
    await tried.mapping.idle();
    expect(tried.data()).toEqual([['parent'], ['parent too'], ['low child']]);
  });

  it('wait for both parents of a merge', async () => {
    const { mapping, kinesis, data, putTo } = await tryMapping(() => {}, { shards: 2 });
    await putTo(0, 'low');
    await putTo(1, 'high');
    await kinesis.invoke('MergeShards', {
      StreamName: 'web',
      ShardToMerge: 'shardId-000000000000',
      AdjacentShardToMerge: 'shardId-000000000001',
    });
    await putTo(0, 'merged');
    await mapping.start();
    await mapping.idle();
    expect(data().slice(0, 2).sort()).toEqual([['high'], ['low']]);
    expect(data().slice(2)).toEqual([['merged']]);
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

describe('an iterator', () => {
  it('that expired is renewed', async () => {
    const clock = new EngineClock({ factor: 0 });
    const { mapping, data, put } = await tryMapping(() => {}, { clock });
    await put('1');
    await mapping.start();
    await mapping.idle();
    clock.advance(3_600_000);
    await put('2');
    await mapping.idle();
    expect(data()).toEqual([['1'], ['2']]);
  });
});

describe('chaos', () => {
  it('delivers the same batch twice at once', async () => {
    const tried = await tryMapping(() => new Promise((resolve) => setTimeout(resolve, 20)), {
      settings: { BatchSize: 2 },
    });
    tried.mapping.chaos = ({ records }) => ({ duplicate: records === 2 });
    await tried.put(...numbers(3));
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.data().map(String)).toEqual(['1,2', '1,2', '3']);
  });

  it('forces other bounds on a retry, fewer and more', async () => {
    const tried = await tryMapping((_, nth) => (nth < 3 ? fail() : undefined), { settings: { BatchSize: 3 } });
    tried.mapping.chaos = ({ failures }) => ({ bounds: [3, 2, 5][failures] ?? 3 });
    await tried.put(...numbers(7));
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.data().map(String)).toEqual(['1,2,3', '1,2', '1,2,3,4,5', '6,7']);
  });

  it('bisects a batch that did not fail', async () => {
    const tried = await tryMapping(() => {});
    tried.mapping.chaos = ({ records }) => ({ bisect: records > 2 });
    await tried.put(...numbers(5));
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.data().map(String)).toEqual(['1,2', '3', '4,5']);
  });
});

async function split({ kinesis }: Awaited<ReturnType<typeof tryMapping>>, shard: string): Promise<void> {
  const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
  const parent = Shards.find(({ ShardId }) => ShardId.endsWith(shard));
  const end = BigInt(parent?.HashKeyRange.EndingHashKey ?? 0);
  const start = BigInt(parent?.HashKeyRange.StartingHashKey ?? 0);
  const NewStartingHashKey = ((start + end) / 2n).toString();
  await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: parent?.ShardId ?? '', NewStartingHashKey });
}

/** Long enough for a poller to have looked again. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
