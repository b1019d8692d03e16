import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { interruptible } from './interruptible.ts';

test('settles as its promise does, and leaves nothing with the signal', async () => {
  const { signal } = new AbortController();
  expect(await interruptible(Promise.resolve(7), signal)).toBe(7);
  await expect(interruptible(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(await interruptible(Promise.resolve(7), undefined)).toBe(7);
  await new Promise(setImmediate);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('what it settled with can be forgotten while the signal lasts', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { signal } = new AbortController();
  const large = async () => new WeakRef(await interruptible(Promise.resolve({ bytes: Buffer.alloc(1_000) }), signal));
  const settled = await large();
  await new Promise(setImmediate);
  collect();
  expect(settled.deref()).toBeUndefined();
  expect(signal.aborted).toBe(false);
});

test('an abort does not wait for the promise', async () => {
  const interruption = new AbortController();
  const waiting = interruptible(new Promise(() => {}), interruption.signal);
  interruption.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(interruptible(new Promise(() => {}), interruption.signal)).rejects.toThrow('enough');
});
