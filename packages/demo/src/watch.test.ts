import { expect, test } from 'vitest';
import { type Moment, type Standing, watch } from './watch.ts';

const reading = (received: number, settled: number): Standing => ({
  received,
  done: received,
  settled,
  isPublished: settled >= received,
});
const standing = (read: Standing): Standing => read;

test('goes on until everything that was sent is counted and published', async () => {
  const readings = [reading(0, 0), reading(10, 0), reading(10, 10), reading(20, 10), reading(20, 20)];
  const sent = [5, 10, 20, 20, 20];
  const shown: Moment<Standing>[] = [];
  let at = -1;
  const { reading: last, isComplete } = await watch({
    read: async () => readings[++at] ?? reading(-1, -1),
    standing,
    progress: () => ({ sent: sent[at + 1] ?? 20, sending: at < 1 }),
    toSend: 20,
    show: (moment) => shown.push(moment),
    signal: new AbortController().signal,
  });
  expect([last.received, last.settled, isComplete]).toEqual([20, 20, true]);
  const seen = new Set(shown.map((moment) => moment.reading?.settled));
  expect([...seen].filter((settled) => settled !== undefined)).toEqual([0, 10, 20]);
  expect(shown.at(-1)?.reading).toBe(last);
});

test('what is sent is shown while a reading takes long', async () => {
  const answer = Promise.withResolvers<Standing>();
  const shown: Moment<Standing>[] = [];
  let sent = 0;
  await watch({
    read: () => answer.promise,
    standing,
    progress: () => ({ sent: ++sent, sending: false }),
    toSend: 100,
    show: (moment) => {
      shown.push(moment);
      if (shown.length === 3) answer.resolve(reading(1_000, 1_000));
    },
    signal: new AbortController().signal,
  });
  expect(shown.slice(0, 3).map((moment) => [moment.sent > 0, moment.reading])).toEqual([
    [true, undefined],
    [true, undefined],
    [true, undefined],
  ]);
});

test('an interruption does not wait for an answer', async () => {
  const interruption = new AbortController();
  const watching = watch({
    read: () => new Promise<Standing>(() => {}),
    standing,
    progress: () => ({ sent: 0, sending: true }),
    toSend: 1,
    show: () => {},
    signal: interruption.signal,
  });
  interruption.abort(new Error('enough'));
  await expect(watching).rejects.toThrow('enough');
});
