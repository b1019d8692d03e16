import { expect, test } from 'vitest';
import { reading } from './outcome.fixture.ts';
import { NeverHappened, Watch } from './watch.ts';

test('whoever waits for something is told when a reading has it, after it was shown; else that it never was', async () => {
  const over = new AbortController();
  const shown: number[] = [];
  let nowMs = 0;
  const watch = new Watch({
    read: async () => ({ ...reading, nowMs: ++nowMs }),
    onReading: (each) => shown.push(each.nowMs),
    ...{ signal: over.signal, patienceMs: 600 },
  });
  const running = watch.run();
  running.catch(() => {});
  const found = await watch.until('the third reading', (each) => (each.nowMs === 3 ? each.nowMs : undefined));
  expect(shown.slice(0, found)).toEqual([1, 2, 3]);
  await expect(watch.until('it never came', () => undefined)).rejects.toThrow(new NeverHappened('it never came'));
  const waiting = watch.until('nor this', () => undefined);
  over.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
  await expect(running).rejects.toThrow('interrupted');
});
