import { afterEach, beforeEach, expect, test } from 'vitest';
import { reading } from './outcome.fixture.ts';
import type { Reading } from './reading.ts';
import { NeverHappened, Watch, type WatchOptions } from './watch.ts';

let over: AbortController;
let shown: number[];
let running: Promise<never>;
beforeEach(() => {
  over = new AbortController();
  shown = [];
});
afterEach(async () => {
  over.abort(new Error('interrupted'));
  await expect(running).rejects.toThrow('interrupted');
});

/** Something to look at that is another with every look: its clock says which. */
function start(options: Pick<WatchOptions, 'patienceMs'> = {}): Watch {
  let nowMs = 0;
  const watch = new Watch({
    read: async () => ({ ...reading, nowMs: ++nowMs }),
    onReading: (each) => shown.push(each.nowMs),
    ...{ signal: over.signal, ...options },
  });
  running = watch.run();
  running.catch(() => {});
  return watch;
}

const numberThree = (each: Reading) => (each.nowMs === 3 ? each.nowMs : undefined);

test('whoever waits for something is told when a reading has it, after it was shown', async () => {
  const found = await start().until('the third reading', numberThree);
  expect(shown.slice(0, found)).toEqual([1, 2, 3]);
});

test('what no reading has in time has never happened', async () => {
  const never = start({ patienceMs: 1 }).until('it never came', () => undefined);
  await expect(never).rejects.toThrow(new NeverHappened('it never came'));
});

test('whoever waits when it is interrupted waits no more', async () => {
  const waiting = start().until('it never came', () => undefined);
  over.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
});
