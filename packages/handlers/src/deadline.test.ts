import { once } from 'node:events';
import { expect, test } from 'vitest';
import { beforeDeadline } from './deadline.ts';

const remaining = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

test('work that ends in time gives its result, and its signal stays quiet', async () => {
  let signal: AbortSignal | undefined;
  const result = await beforeDeadline(remaining(60_000), async (given) => {
    signal = given;
    return 'done';
  });
  expect(result).toBe('done');
  expect(signal?.aborted).toBe(false);
});

test('work that does not is told to stop, and what it throws is thrown', async () => {
  const work = async (signal: AbortSignal) => {
    await once(signal, 'abort');
    signal.throwIfAborted();
  };
  await expect(beforeDeadline(remaining(10), work)).rejects.toThrow(/^stopped: of the invocation's 10 ms/);
});

test('a signal that fired is waited for until the work has settled', async () => {
  let settled = false;
  const work = async (signal: AbortSignal) => {
    await once(signal, 'abort');
    await new Promise((resolve) => setImmediate(resolve));
    settled = true;
    throw new Error('one write was aborted');
  };
  await expect(beforeDeadline(remaining(10), work)).rejects.toThrow('one write was aborted');
  expect(settled).toBe(true);
});

test('no time left at all: stopped at once', async () => {
  const work = (signal: AbortSignal) => once(signal, 'abort');
  await expect(beforeDeadline(remaining(0), work)).resolves.toBeDefined();
});
