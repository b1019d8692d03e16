import { describe, expect, it } from 'vitest';
import { quiet, split, until } from '../../test/kinesis-mapping.ts';
import { idleWhileTimePasses, timeMs, windowedMapping } from '../../test/windowed-mapping.ts';

/* What a failed call, and one that says too much or too little, means for its window. */

describe('a failed call', () => {
  it('leaves the state as it was before', async () => {
    const tried = await windowedMapping({ settings: { BatchSize: 1 }, body: `if (nth === 2) throw new Error('no');` });
    await tried.arrive('09:00:10', 'a', 'b', 'c');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + b', '09:00:00 a + b', '09:00:00 a,b + c']);
  });

  it('may be the death of the process, which knows nothing of the state', async () => {
    const body = `globalThis.mine = [...(globalThis.mine ?? []), ...texts];
      if (nth === 2) process.exit(1);
      answer.state.mine = globalThis.mine;`;
    const tried = await windowedMapping({ settings: { BatchSize: 1 }, body });
    await tried.arrive('09:00:10', 'a', 'b');
    await tried.mapping.start();
    await idleWhileTimePasses(tried, { closeWindows: true });
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + b', '09:00:00 a + b', '09:00:00 a,b + - final']);
  });

  it('with bisect is made again in halves, which hand the state on; the last half ends the window', async () => {
    const tried = await windowedMapping({
      settings: { BisectBatchOnFunctionError: true },
      body: `if (nth === 1) throw new Error('no');`,
    });
    await tried.arrive('09:00:10', 'a', 'b', 'c', 'd');
    await tried.arrive('09:01:00', 'e');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual([
      '09:00:00 - + a,b,c,d final',
      '09:00:00 - + a,b',
      '09:00:00 a,b + c,d final',
      '09:01:00 - + e',
    ]);
  });
});

describe('a partial failure', () => {
  const settings = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
  const failFrom = (text: string, nth: number) => `
    const failed = event.Records[texts.indexOf('${text}')];
    if (nth === ${nth}) answer = {
      state: { seen: [...seen, ...texts.slice(0, texts.indexOf('${text}'))] },
      batchItemFailures: [{ itemIdentifier: failed.kinesis.sequenceNumber }],
    };`;

  it('keeps the state of its answer, and the records from the lowest on come again', async () => {
    const tried = await windowedMapping({ settings, body: failFrom('c', 1) });
    await tried.arrive('09:00:10', 'a', 'b', 'c', 'd');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual(['09:00:00 - + a,b,c,d', '09:00:00 a,b + c,d']);
  });

  it('of a final call does not end the window', async () => {
    const tried = await windowedMapping({ settings, body: failFrom('b', 1) });
    await tried.arrive('09:00:10', 'a', 'b');
    await tried.arrive('09:01:00', 'c');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual(['09:00:00 - + a,b final', '09:00:00 a + b final', '09:01:00 - + c']);
  });

  it('that names no record of the batch is a whole one, whose state is not kept', async () => {
    const body = `if (nth === 1) answer.batchItemFailures = [{ itemIdentifier: 'none' }];`;
    const tried = await windowedMapping({ settings, body });
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 - + a']);
  });
});

describe('an answer without a state', () => {
  const message = 'The answer has no state object, which every answer of a function with a tumbling window needs';

  it('is a failed call', async () => {
    const answers = [
      'undefined',
      'null',
      '{}',
      '{ state: null }',
      '{ state: [] }',
      `{ state: 'a' }`,
      '{ batchItemFailures: [] }',
    ];
    const tried = await windowedMapping({ body: `if (nth <= ${answers.length}) answer = [${answers}][nth - 1];` });
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual(Array.from({ length: answers.length + 1 }, () => '09:00:00 - + a'));
    expect(tried.events.map(({ kind, records, reason }) => [kind, records, reason])).toEqual(
      answers.map(() => ['failed', 1, message]),
    );
  });

  it('is one for the final call too', async () => {
    const tried = await windowedMapping({ body: 'if (nth === 2) answer = {};' });
    await tried.mapping.start();
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.idle();
    await idleWhileTimePasses(tried, { closeWindows: true });
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + - final', '09:00:00 a + - final']);
    expect(tried.events).toMatchObject([{ kind: 'failed', records: 0, reason: message }]);
    expect(tried.mapping.lastProcessingResult).toBe('OK');
  });
});

describe('the final call', () => {
  it('blocks the shard while it fails, however few retries its records have, and is repeated later and later', async () => {
    const tried = await windowedMapping({
      settings: { MaximumRetryAttempts: 0 },
      body: `if (isFinal && nth < 5) throw new Error('no');`,
    });
    const { mapping, arrive, story, clock, events } = tried;
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    await arrive('09:01:00', 'b');
    for (const [retry, waitMs] of [100, 200, 400].entries()) {
      await until(() => events.length === retry + 1);
      await quiet();
      clock.advance(waitMs - 1);
      await quiet();
      expect(story()).toHaveLength(retry + 2);
      clock.advance(1);
    }
    await mapping.idle();
    expect(story()).toEqual([
      '09:00:00 - + a',
      ...Array.from({ length: 4 }, () => '09:00:00 a + - final'),
      '09:01:00 - + b',
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
  });

  it('follows without records where those that it had were given up', async () => {
    const tried = await windowedMapping({
      settings: { MaximumRetryAttempts: 1, BatchSize: 2 },
      body: `if (texts.includes('b')) throw new Error('no');`,
    });
    await tried.mapping.start();
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.idle();
    tried.mapping.update(false);
    await tried.mapping.settled();
    await tried.arrive('09:00:10', 'b');
    await tried.arrive('09:01:00', 'c');
    tried.mapping.update(true);
    await tried.mapping.settled();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual([
      '09:00:00 - + a',
      '09:00:00 a + b final',
      '09:00:00 a + b final',
      '09:00:00 a + - final',
      '09:01:00 - + c',
    ]);
    expect(tried.events.at(-1)).toMatchObject({ kind: 'discarded', records: 1, reason: 'RetryAttemptsExhausted' });
  });

  it('comes without records where those of the window became too old, and is not too old itself', async () => {
    const tried = await windowedMapping({ settings: { MaximumRecordAgeInSeconds: 60, BatchSize: 1 } });
    const { mapping, arrive, story, clock, events } = tried;
    await mapping.start();
    await arrive('09:00:10', 'a');
    await mapping.idle();
    mapping.update(false);
    await mapping.settled();
    await arrive('09:00:20', 'b');
    clock.set(timeMs('10:00:00'));
    mapping.update(true);
    await mapping.settled();
    await mapping.idle();
    expect(story()).toEqual(['09:00:00 - + a', '09:00:00 a + - final']);
    expect(events).toMatchObject([{ kind: 'discarded', records: 1, reason: 'RecordAgeExceeded' }]);
  });

  it('at the end of a shard holds up its children while it fails', async () => {
    const tried = await windowedMapping({ body: `if (isFinal && nth === 2) throw new Error('no');` });
    const { mapping, kinesis, arrive, calls } = tried;
    await arrive('09:00:10', 'a');
    await mapping.start();
    await mapping.idle();
    await split({ kinesis }, '0');
    await arrive('09:00:20', 'b');
    await until(() => calls().length === 2);
    await quiet();
    expect(calls()).toHaveLength(2);
    await idleWhileTimePasses(tried);
    expect(calls().map(({ texts, isFinal }) => [texts, isFinal])).toEqual([
      [['a'], false],
      [[], true],
      [[], true],
      [['b'], false],
    ]);
  });
});

describe('a state of more than a megabyte', () => {
  const grow = (bytes: number) =>
    `answer.state.large = '.'.repeat(${bytes} - JSON.stringify(answer.state).length - 11);`;

  it('ends the window early, with that state, and the window goes on with none', async () => {
    const tried = await windowedMapping({
      settings: { BatchSize: 1 },
      body: `if (texts[0] === 'b') ${grow(1_048_577)}`,
    });
    await tried.arrive('09:00:10', 'a', 'b', 'c');
    await tried.arrive('09:01:00', 'd');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.story()).toEqual([
      '09:00:00 - + a',
      '09:00:00 a + b',
      '09:00:00 a,b + - early',
      '09:00:00 - + c',
      '09:00:00 c + - final',
      '09:01:00 - + d',
    ]);
    expect(tried.calls()[2]?.eventBytes).toBeGreaterThan(1_048_576);
  });

  it('ends it early with a call that is not called final, where a test wants that', async () => {
    const tried = await windowedMapping({
      settings: { BatchSize: 1 },
      body: `if (texts[0] === 'a') ${grow(1_048_577)}`,
    });
    tried.mapping.chaos = () => ({ earlyIsFinal: false });
    await tried.arrive('09:00:10', 'a', 'b');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + - early, not final', '09:00:00 - + b']);
  });

  it('and no less, which goes on', async () => {
    const tried = await windowedMapping({ settings: { BatchSize: 1 }, body: grow(1_048_576) });
    await tried.arrive('09:00:10', 'a', 'b');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + b']);
    expect(tried.calls()[1]?.eventBytes).toBeGreaterThan(1_048_576);
  });

  it('blocks the shard while the early end fails, before the rest of a batch too', async () => {
    const tried = await windowedMapping({
      settings: { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 },
      body: `if (isEarly && nth < 4) throw new Error('no');
        const second = event.Records[1];
        if (nth === 1) answer = {
          state: { seen: ['a'], large: '.'.repeat(1_048_576) },
          batchItemFailures: [{ itemIdentifier: second.kinesis.sequenceNumber }],
        };`,
    });
    await tried.arrive('09:00:10', 'a', 'b');
    await tried.mapping.start();
    await idleWhileTimePasses(tried);
    expect(tried.story()).toEqual([
      '09:00:00 - + a,b',
      ...Array.from({ length: 3 }, () => '09:00:00 a + - early'),
      '09:00:00 - + b',
    ]);
  });

  it('of a final call is dropped like any other', async () => {
    const tried = await windowedMapping({ body: `if (isFinal) ${grow(2_000_000)}` });
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle({ closeWindows: true });
    await tried.arrive('09:01:00', 'b');
    await tried.mapping.idle();
    expect(tried.story().at(-1)).toBe('09:01:00 - + b');
  });
});
