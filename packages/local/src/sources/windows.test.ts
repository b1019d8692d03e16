import { describe, expect, it } from 'vitest';
import { quiet, split, until } from '../../test/kinesis-mapping.ts';
import { idleWhileTimePasses, timeMs, windowedMapping } from '../../test/windowed-mapping.ts';

/* Tumbling windows with real sandboxes on a real stream. */

describe('the calls of a window', () => {
  it('hand the state on, stay within its bounds, and end it when a later record is seen', async () => {
    const { mapping, arrive, story } = await windowedMapping({ settings: { BatchSize: 2 } });
    await arrive('09:00:10', 'a', 'b');
    await arrive('09:00:59.999', 'c');
    await arrive('09:01:00', 'd');
    await mapping.start();
    await mapping.idle();
    expect(story()).toEqual(['09:00:00 - + a,b', '09:00:00 a,b + c final', '09:01:00 - + d']);
  });

  it('end it without records where its last were delivered before', async () => {
    const { mapping, arrive, story } = await windowedMapping();
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    await arrive('09:05:30', 'b');
    await mapping.idle();
    expect(story()).toEqual(['09:00:00 - + a', '09:00:00 a + - final', '09:05:00 - + b']);
  });

  it('keep a record whose arrival went backwards in the window that is open', async () => {
    const { mapping, arrive, story } = await windowedMapping();
    await arrive('09:01:00', 'a');
    await arrive('09:00:59', 'b');
    await arrive('09:01:01', 'c');
    await mapping.start();
    await mapping.idle();
    expect(story()).toEqual(['09:01:00 - + a,b,c']);
  });

  it('have the shape of the stream that they come from', async () => {
    const { mapping, arrive, lines } = await windowedMapping({ body: 'write(event)' });
    await arrive('09:00:10', 'a');
    await mapping.start();
    await mapping.idle();
    expect(lines()[1]).toEqual({
      Records: [expect.objectContaining({ eventSource: 'aws:kinesis', eventID: expect.any(String) })],
      window: { start: '2026-11-02T09:00:00Z', end: '2026-11-02T09:01:00Z' },
      state: {},
      shardId: 'shardId-000000000000',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
  });

  it('of several shards know nothing of each other', async () => {
    const { mapping, kinesis, calls, clock } = await windowedMapping({ shards: 2 });
    const put = (shard: bigint, text: string) =>
      kinesis.invoke('PutRecord', {
        StreamName: 'web',
        Data: Buffer.from(text),
        PartitionKey: 'p',
        ExplicitHashKey: (shard << 127n).toString(),
      });
    await put(0n, 'a');
    await put(1n, 'x');
    clock.set(timeMs('09:01:00'));
    await put(1n, 'y');
    await mapping.start();
    await mapping.idle();
    const story = calls().map(({ shardId, start, seen, texts, isFinal }) => [
      shardId.at(-1),
      start,
      seen,
      texts,
      isFinal,
    ]);
    expect(story.filter(([shard]) => shard === '0')).toEqual([['0', '09:00:00', [], ['a'], false]]);
    expect(story.filter(([shard]) => shard === '1')).toEqual([
      ['1', '09:00:00', [], ['x'], true],
      ['1', '09:01:00', [], ['y'], false],
    ]);
  });

  it('leave room for the state in their 6 MB', async () => {
    const tried = await windowedMapping({
      settings: { FunctionResponseTypes: ['ReportBatchItemFailures'] },
      // Again from the first record on, with a state that has grown meanwhile.
      body: `answer = { state: { seen: [], large: '.'.repeat(1_000_000) } };
        const [first] = event.Records;
        if (nth === 1) answer.batchItemFailures = [{ itemIdentifier: first.kinesis.sequenceNumber }];`,
    });
    const { mapping, arrive, calls } = tried;
    for (let nth = 1; nth <= 10; nth += 1) await arrive('09:00:10', `${nth}`.padEnd(900_000, '.'));
    await mapping.start();
    await idleWhileTimePasses(tried);
    expect(calls().map(({ texts }) => texts.map((text) => Number.parseInt(text, 10)))).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4],
      [5],
      [6, 7, 8, 9],
      [10],
    ]);
    expect(Math.max(...calls().map(({ eventBytes }) => eventBytes))).toBeLessThanOrEqual(6_291_456);
  });
});

describe('a window for which nothing more comes', () => {
  it('is closed two minutes after its end, however the clock gets there', async () => {
    const { mapping, arrive, story, clock } = await windowedMapping();
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    clock.set(timeMs('09:02:59.999'));
    await quiet();
    await mapping.idle();
    expect(story()).toEqual(['09:00:00 - + a']);
    clock.advance(1);
    await until(() => story().length === 2);
    expect(story()[1]).toBe('09:00:00 a + - final');
    clock.advance(3_600_000);
    await mapping.idle();
    expect(story()).toHaveLength(2);
  });

  it('is closed after another delay where one is chosen', async () => {
    const { mapping, arrive, story, clock } = await windowedMapping({ windowCloseDelayMs: 0 });
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    clock.set(timeMs('09:01:00'));
    await mapping.idle();
    expect(story()).toEqual(['09:00:00 - + a', '09:00:00 a + - final']);
  });

  it('takes along what still gathers', async () => {
    const { mapping, arrive, story, clock } = await windowedMapping({
      settings: { MaximumBatchingWindowInSeconds: 300 },
    });
    await mapping.start();
    await arrive('09:00:10', 'a');
    await quiet();
    clock.set(timeMs('09:03:00'));
    await mapping.idle();
    expect(story()).toEqual(['09:00:00 - + a final']);
  });

  it('is not waited for by records that gather, once a later one is seen', async () => {
    const { mapping, arrive, story } = await windowedMapping({ settings: { MaximumBatchingWindowInSeconds: 300 } });
    await arrive('09:00:10', 'a');
    await arrive('09:01:10', 'b');
    await mapping.start();
    await until(() => story().length > 0);
    await quiet();
    expect(story()).toEqual(['09:00:00 - + a final']);
  });

  it('is closed when that is asked for, and otherwise stays open', async () => {
    const { mapping, arrive, story } = await windowedMapping({ settings: { MaximumBatchingWindowInSeconds: 300 } });
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle({ endWindows: true });
    expect(story()).toEqual(['09:00:00 - + a']);
    await mapping.idle({ closeWindows: true });
    expect(story()).toEqual(['09:00:00 - + a', '09:00:00 a + - final']);
    await arrive('09:00:20', 'b');
    await mapping.idle({ closeWindows: true });
    expect(story().slice(2)).toEqual(['09:00:00 - + b final']);
    await mapping.idle({ closeWindows: true });
    expect(story()).toHaveLength(3);
  });

  it('is looked for no more often than records are, on a clock that stands still or jumps', async () => {
    const { mapping, arrive, kinesis, clock, story } = await windowedMapping();
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    let reads = 0;
    const invoke = kinesis.invoke.bind(kinesis);
    kinesis.invoke = (operation, ...input) => {
      if (operation === 'GetRecords') reads += 1;
      return invoke(operation, ...input);
    };
    await quiet();
    clock.set(timeMs('10:00:00'));
    await quiet();
    expect(story()[1]).toBe('09:00:00 a + - final');
    // A poller that turned without waiting would come to thousands.
    expect(reads).toBeLessThan(100);
  });
});

describe('a reshard', () => {
  it('closes the window of the parent, and its children begin with nothing', async () => {
    const { mapping, kinesis, arrive, calls } = await windowedMapping();
    const tried = { kinesis };
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    await split(tried, '0');
    await arrive('09:00:20', 'b');
    await mapping.idle();
    const [first, second, third] = calls();
    expect(calls()).toHaveLength(3);
    expect(first).toMatchObject({ shardId: 'shardId-000000000000', texts: ['a'], isFinal: false });
    expect(second).toMatchObject({ shardId: 'shardId-000000000000', seen: ['a'], texts: [], isFinal: true });
    expect(third).toMatchObject({ start: '09:00:00', seen: [], texts: ['b'], isFinal: false });
    expect(third?.shardId).not.toBe('shardId-000000000000');
  });

  it('closes it with the last records of the parent where they are at hand', async () => {
    const { mapping, kinesis, arrive, calls } = await windowedMapping({ settings: { BatchSize: 2 } });
    await arrive('09:00:10', 'a', 'b', 'c');
    await split({ kinesis }, '0');
    await mapping.start();
    await mapping.idle();
    expect(calls().map(({ texts, isFinal }) => [texts, isFinal])).toEqual([
      [['a', 'b'], false],
      [['c'], true],
    ]);
  });
});
