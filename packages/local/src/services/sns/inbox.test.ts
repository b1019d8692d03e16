import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Inbox } from './inbox.ts';

const message = (text: string) => ({
  ...({ atMs: 1, channel: 'email', to: 'oncall@example.org', subject: 'ALARM', text, messageId: text } as const),
});
const texts = (inbox: Inbox) => inbox.list().map(({ id, text }) => [id, text]);

test('messages are kept over a restart with their ids, which are never given twice', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-inbox-'));
  try {
    const first = new Inbox(directory);
    for (const text of ['a', 'b']) first.add(message(text));
    first.close();
    const second = new Inbox(directory);
    expect(second.list()).toEqual([
      { id: 1, ...message('a') },
      { id: 2, ...message('b') },
    ]);
    second.add(message('c'));
    second.clear();
    second.close();
    const third = new Inbox(directory);
    expect(third.list()).toEqual([]);
    third.add(message('d'));
    expect(texts(third)).toEqual([[4, 'd']]);
    third.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('the older half goes where there are too many', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-inbox-'));
  try {
    const first = new Inbox(directory);
    for (let count = 0; count < 10_001; count += 1) first.add(message('x'));
    expect(first.list().length).toBe(5_001);
    first.close();
    const second = new Inbox(directory);
    expect([second.list().length, second.list()[0]?.id]).toEqual([5_001, 5_001]);
    second.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
