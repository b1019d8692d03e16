import { describe, expect, it } from 'vitest';
import { quiet } from '../../test/kinesis-mapping.ts';
import { idleWhileTimePasses, timeMs, type WindowedMapping, windowedMapping } from '../../test/windowed-mapping.ts';
import { readSettings } from './settings.ts';

/* What becomes of an open window when its mapping stops, goes on, or is changed. */

async function change({ mapping }: WindowedMapping, enabled: boolean, changes: Readonly<Record<string, unknown>> = {}) {
  const read = readSettings(changes, mapping.settings);
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  mapping.update(enabled, read.settings);
  await mapping.settled();
}

describe('a mapping that is disabled', () => {
  it('closes nothing meanwhile, and goes on with its state', async () => {
    const tried = await windowedMapping();
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle();
    await change(tried, false);
    await tried.arrive('09:00:20', 'b');
    await tried.mapping.idle({ closeWindows: true });
    expect(tried.story()).toEqual(['09:00:00 - + a']);
    await change(tried, true);
    await tried.mapping.idle();
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + b']);
  });

  it('for longer than its window closes it at once', async () => {
    const tried = await windowedMapping();
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle();
    await change(tried, false);
    tried.clock.set(timeMs('12:00:00'));
    await quiet();
    await change(tried, true);
    await tried.mapping.idle();
    expect(tried.story()).toEqual(['09:00:00 - + a', '09:00:00 a + - final']);
  });
});

describe('an engine that starts again', () => {
  it('finds the state beside the position', async () => {
    const first = await windowedMapping({ settings: { BatchSize: 2 } });
    const { clock, kinesis, positions } = first;
    await first.arrive('09:00:10', 'a', 'b');
    await first.mapping.start();
    await first.mapping.idle();
    await first.mapping.stop();
    await first.arrive('09:00:20', 'c');
    await first.arrive('09:01:00', 'd');
    const second = await windowedMapping({ clock, kinesis, positions });
    await second.mapping.start();
    await second.mapping.idle();
    expect(second.story()).toEqual(['09:00:00 a,b + c final', '09:01:00 - + d']);
    await second.mapping.stop();
    clock.set(timeMs('10:00:00'));
    const third = await windowedMapping({ clock, kinesis, positions });
    await third.mapping.start();
    await third.mapping.idle();
    await third.mapping.stop();
    expect(third.story()).toEqual(['09:01:00 d + - final']);
    const fourth = await windowedMapping({ clock, kinesis, positions });
    await fourth.mapping.start();
    await fourth.mapping.idle({ closeWindows: true });
    expect(fourth.story()).toEqual([]);
  });

  it('finds the state of an answer that handled none of its records', async () => {
    const settings = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    const first = await windowedMapping({
      settings,
      body: `const [failed] = event.Records;
        answer = { state: { seen: ['kept'] }, batchItemFailures: [{ itemIdentifier: failed.kinesis.sequenceNumber }] };`,
    });
    const { clock, kinesis, positions, events } = first;
    await first.arrive('09:00:10', 'a');
    await first.mapping.start();
    while (events.length === 0) await quiet();
    await first.mapping.stop();
    const second = await windowedMapping({ clock, kinesis, positions, settings });
    await second.mapping.start();
    await second.mapping.idle();
    expect(second.story()).toEqual(['09:00:00 kept + a']);
  });
});

describe('another length', () => {
  it('holds from the next window on', async () => {
    const tried = await windowedMapping();
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle();
    await change(tried, true, { TumblingWindowInSeconds: 30 });
    await tried.arrive('09:00:40', 'b');
    await tried.arrive('09:01:10', 'c');
    await tried.arrive('09:01:40', 'd');
    await tried.mapping.idle();
    expect(tried.calls().map(({ start, end, texts, isFinal }) => [start, end, texts.join(), isFinal])).toEqual([
      ['09:00:00', '09:01:00', 'a', false],
      ['09:00:00', '09:01:00', 'b', true],
      ['09:01:00', '09:01:30', 'c', true],
      ['09:01:30', '09:02:00', 'd', false],
    ]);
  });

  it('of none closes the window that is open, and calls say nothing of windows any more', async () => {
    const tried = await windowedMapping({ body: 'write(event)' });
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle();
    await change(tried, false);
    await tried.arrive('09:00:20', 'b');
    await change(tried, true, { TumblingWindowInSeconds: 0 });
    await tried.mapping.idle();
    // Each call wrote what the fixture writes, then its event.
    const events = tried.lines<{ readonly Records: readonly object[] }>().filter((_, index) => index % 2 === 1);
    expect(events.map(({ Records, ...rest }) => [Records.length, Object.keys(rest).length])).toEqual([
      [1, 6],
      [0, 6],
      [1, 0],
    ]);
    expect(events[1]).toMatchObject({ state: { seen: ['a'] }, isFinalInvokeForWindow: true });
  });

  it('of none before leaves what was handled alone', async () => {
    const tried = await windowedMapping({ settings: { TumblingWindowInSeconds: 0 }, body: 'answer = undefined;' });
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.events).toEqual([]);
    await change(tried, true, { TumblingWindowInSeconds: 60 });
    await tried.arrive('09:00:20', 'b');
    while (tried.events.length === 0) await quiet();
    expect(tried.story()).toEqual([' - + a', '09:00:00 - + b']);
  });
});

describe('a filter', () => {
  it('refuses records as if they had not come: they neither open nor end a window', async () => {
    const tried = await windowedMapping({
      settings: { FilterCriteria: { Filters: [{ Pattern: '{"data":{"keep":[true]}}' }] } },
    });
    const { mapping, arrive, clock } = tried;
    await mapping.start();
    await arrive('09:00:10', '{"keep":false}');
    await mapping.idle({ closeWindows: true });
    await arrive('09:01:10', '{"keep":true}');
    await arrive('09:02:10', '{"keep":false}');
    await mapping.idle();
    expect(tried.story()).toEqual(['09:01:00 - + {"keep":true}']);
    clock.set(timeMs('09:04:00'));
    await mapping.idle();
    expect(tried.story()).toEqual(['09:01:00 - + {"keep":true}', '09:01:00 {"keep":true} + - final']);
  });
});

it('loses and doubles nothing in the state while sandboxes are killed', async () => {
  const tried = await windowedMapping({
    settings: { BatchSize: 7, BisectBatchOnFunctionError: true },
    body: 'await new Promise((resolve) => setTimeout(resolve, 30));',
  });
  const { mapping, arrive, host, calls, events } = tried;
  await mapping.start();
  let isOver = false;
  const killing = (async () => {
    while (events.length < 4 && !isOver) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await host.kill('inline');
    }
  })();
  const sent = new Map<string, string[]>();
  for (let nth = 0; nth < 120; nth += 1) {
    const time = new Date(timeMs('09:00:00') + nth * 4_000).toISOString().slice(11, 19);
    const start = `${time.slice(0, 5)}:00`;
    sent.set(start, [...(sent.get(start) ?? []), `${nth}`]);
    await arrive(time, `${nth}`);
    if (nth % 10 === 0) await quiet();
  }
  await idleWhileTimePasses(tried, { closeWindows: true });
  isOver = true;
  await killing;
  // A final call that a kill cut off was made again: the last one counts.
  const finals = calls().filter(({ isFinal }) => isFinal);
  const ended = new Map(finals.map(({ start, seen, texts }) => [start, [...seen, ...texts]]));
  expect(ended).toEqual(sent);
  expect(events.length).toBeGreaterThan(0);
});
