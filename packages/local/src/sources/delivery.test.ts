import { describe, expect, it } from 'vitest';
import { type Delivery, fail, failOn, numbers, quiet, tryMapping, until } from '../../test/kinesis-mapping.ts';
import { EngineClock } from '../clock.ts';
import { InvokeFault } from '../lambda/invocation.ts';

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
    // The batch gathers from its first read on, which is a while after the start.
    while (data().length === 0) {
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
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
