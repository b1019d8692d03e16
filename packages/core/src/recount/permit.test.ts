import { expect, test } from 'vitest';
import type { RunLock } from '../replay/lock.ts';
import { permitFor } from './permit.ts';

const lock: RunLock = {
  Run: 'run',
  Kind: 'replay',
  Generation: 7,
  Execution: 'arn',
  SinceMs: 1,
  Stage: 'open',
  Pipe: 'pipe-run',
};
const { Pipe: _, ...withoutPipe } = lock;
const { Generation: __, ...withoutGeneration } = lock;
const granted = { ok: true, run: 'run', generation: 7, isHolding: false };
const grantedInHold = { ...granted, isHolding: true };
const mine = { pipe: 'pipe-run' };

test.each<[string, RunLock | undefined, { pipe: string } | { run: string }, unknown]>([
  ['the run’s pipe', lock, mine, granted],
  ['the run’s pipe while live counting is held', { ...lock, Stage: 'holding' }, mine, grantedInHold],
  ['the run itself, before it has a pipe', { ...withoutPipe, Kind: 'backfill' }, { run: 'run' }, granted],
  ['another pipe', lock, { pipe: 'pipe-other' }, { error: 'LockLost', reason: /its pipe is pipe-run, not pipe-other/ }],
  ['a pipe before the run has one', withoutPipe, mine, { error: 'LockLost', reason: /not made yet/ }],
  ['another run', lock, { run: 'other' }, { error: 'LockLost', reason: /run run holds the lock, not other/ }],
  ['anyone where nobody holds the lock', undefined, mine, { error: 'LockLost' }],
  ['a pipe of a run that counts nothing', { ...withoutGeneration, Kind: 'undo' }, mine, { error: 'LockLost' }],
  ['a pipe that outlived its abort', { ...lock, Stage: 'aborted' }, mine, { error: 'Aborted' }],
  ['a pipe that outlived its switch', { ...lock, Stage: 'switched' }, mine, { error: 'OutOfTurn' }],
])('%s', (_, Lock, applicant, expected) => {
  const permit = permitFor(Lock && { Lock }, applicant);
  if (expected === granted || expected === grantedInHold) expect(permit).toEqual(expected);
  else {
    const { reason = /./, ...others } = expected as { reason?: RegExp };
    expect(permit).toMatchObject({ ok: false, ...others, reason: expect.stringMatching(reason) });
  }
});

test('nothing is given before there is a timeline', () => {
  expect(permitFor(undefined, mine)).toMatchObject({ ok: false, error: 'LockLost' });
});
