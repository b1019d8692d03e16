import { expect, test } from 'vitest';
import { inParallel, requestsInParallel } from './parallel.ts';

test('results keep the order of the items', async () => {
  const results = await inParallel([3, 1, 2], async (item) => item * 10);
  expect(results).toEqual([30, 10, 20]);
});

test('never more at once than the limit, and all of them at last', async () => {
  let running = 0;
  let most = 0;
  await inParallel(Array.from({ length: 5 * requestsInParallel }), async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  expect(most).toBe(requestsInParallel);
  expect(running).toBe(0);
});

test('a failure is thrown when every task has settled, not before', async () => {
  const settled: number[] = [];
  const task = async (item: number) => {
    for (let turn = 0; turn < item; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    settled.push(item);
    if (item === 1) throw new TypeError('one');
  };
  await expect(inParallel([1, 5, 50], task)).rejects.toThrow(new TypeError('one'));
  expect(settled).toEqual([1, 5, 50]);
});

test('of several failures the first is told, with their number', async () => {
  const fail = async (item: number) => {
    throw new TypeError(`task ${item}`);
  };
  await expect(inParallel([1, 2, 3], fail)).rejects.toMatchObject({
    message: '3 of 3 requests failed, the first: TypeError',
    cause: { message: 'task 1' },
  });
});
