import { expect, test } from 'vitest';
import { Shutdown } from './shutdown.ts';

test('takes every step in reverse order, once, and says what failed first', async () => {
  const taken: string[] = [];
  const shutdown = new Shutdown();
  for (const name of ['first', 'second', 'third']) {
    shutdown.add(async () => {
      taken.push(name);
      if (name !== 'first') throw new Error(name);
    });
  }
  await expect(shutdown.run()).rejects.toThrow('third');
  await expect(shutdown.run()).rejects.toThrow('third');
  expect(taken).toEqual(['third', 'second', 'first']);
});

test('a step that comes late is taken at once, and waited for', async () => {
  const taken: string[] = [];
  const shutdown = new Shutdown();
  await shutdown.run();
  shutdown.add(async () => {
    await new Promise((done) => setImmediate(done));
    taken.push('late');
  });
  await shutdown.run();
  expect(taken).toEqual(['late']);
});
