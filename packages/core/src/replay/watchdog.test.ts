import { expect, test } from 'vitest';
import type { RunLock } from './lock.ts';
import { cleanupOf, everybodyKnowsMs, lateCallMsMax } from './watchdog.ts';

const nowMs = 1_000_000;
const Held = [{ Consumer: 'count', Mapping: 'uuid' }] as const;
const lock = (change: Partial<RunLock>): RunLock => ({
  Run: 'r',
  Kind: 'replay',
  Generation: 1,
  Execution: 'arn',
  SinceMs: 0,
  Stage: 'open',
  ...change,
});

test.each([
  ['open', { Stage: 'open' }, { kind: 'abort' }],
  ['holding', { Stage: 'holding', Held }, { kind: 'abort' }],
  ['aborted while it held', { Stage: 'aborted', Held }, { kind: 'enable', held: Held }],
  ['aborted', { Stage: 'aborted' }, { kind: 'end', outcome: 'cancelled' }],
  [
    'aborted just now, while calls of its may be on their way',
    { Stage: 'aborted', Held, AbortedMs: nowMs - 1 },
    { kind: 'wait', atMs: nowMs - 1 + lateCallMsMax },
  ],
  [
    'aborted a while ago',
    { Stage: 'aborted', AbortedMs: nowMs - lateCallMsMax },
    { kind: 'end', outcome: 'cancelled' },
  ],
  [
    'switched just now',
    { Stage: 'switched', Held, SwitchedMs: nowMs - 1 },
    { kind: 'wait', atMs: everybodyKnowsMs(nowMs - 1) },
  ],
  ['switched a while ago', { Stage: 'switched', Held, SwitchedMs: nowMs - 120_000 }, { kind: 'enable', held: Held }],
  ['switched and let go', { Stage: 'switched', SwitchedMs: nowMs - 1 }, { kind: 'end', outcome: 'switched' }],
  [
    'an undo, switched and let go',
    { Kind: 'undo', Stage: 'switched', SwitchedMs: 1 },
    { kind: 'end', outcome: 'undone' },
  ],
] as const)('a run that was stopped: %s', (_, change, cleanup) => {
  expect(cleanupOf(lock(change), 'ABORTED', nowMs)).toEqual(cleanup);
});

test('a run that failed by itself was not cancelled', () => {
  expect(cleanupOf(lock({ Stage: 'aborted' }), 'TIMED_OUT', nowMs)).toEqual({ kind: 'end', outcome: 'aborted' });
});
