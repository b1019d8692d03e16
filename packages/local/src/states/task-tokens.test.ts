import { expect, it } from 'vitest';
import { TaskTokens } from './task-tokens.ts';

it('ends a token once, with the first that comes', async () => {
  const tokens = new TaskTokens();
  const { token, outcome } = tokens.open();
  expect(tokens.succeed(token, { a: 1 })).toBe('taken');
  expect(tokens.fail(token, { error: 'Oh' })).toBe('late');
  expect(tokens.heartbeat(token)).toBe('late');
  expect(await outcome).toEqual({ kind: 'success', output: { a: 1 } });
});

it('fails one, with what is known', async () => {
  const tokens = new TaskTokens();
  const { token, outcome } = tokens.open();
  expect(tokens.fail(token, { cause: 'because' })).toBe('taken');
  expect(await outcome).toEqual({ kind: 'failure', error: undefined, cause: 'because' });
});

it('tells heartbeats, as long as somebody waits', () => {
  const tokens = new TaskTokens();
  const { token, onHeartbeat, close } = tokens.open();
  let beats = 0;
  onHeartbeat(() => beats++);
  expect([tokens.heartbeat(token), tokens.heartbeat(token)]).toEqual(['taken', 'taken']);
  close();
  expect(tokens.heartbeat(token)).toBe('late');
  expect(beats).toBe(2);
});

it('knows no token that it has not handed out, and hands out none twice', () => {
  const tokens = new TaskTokens();
  expect(tokens.succeed('made-up', 1)).toBe('unknown');
  expect(tokens.open().token).not.toBe(tokens.open().token);
});

it('forgets the oldest that have ended', () => {
  const tokens = new TaskTokens();
  const first = tokens.open();
  first.close();
  for (let count = 0; count < 9_999; count++) tokens.open().close();
  expect(tokens.heartbeat(first.token)).toBe('late');
  tokens.open().close();
  expect(tokens.heartbeat(first.token)).toBe('unknown');
});
