import { expect, test } from 'vitest';
import type { RunLock } from './lock.ts';
import { nothingCorrected } from './run.ts';
import type { ReplaySettings } from './settings.ts';
import { cleanupOf, correctionLeft, everybodyKnowsMs, lateCallMsMax, quietSeconds } from './watchdog.ts';

const nowMs = 1_000_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
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

test.each([
  ['nothing was put yet', {}, 'due'],
  ['a part was put', { Corrected: { ...nothingCorrected, Cursor: { Size: '1m', Name: 'a', FromMs: 0 } } }, 'due'],
  ['all was put', { Corrected: nothingCorrected }, 'none'],
  ['somebody puts them', { CorrectingMs: hourMs - minuteMs }, 'waiting'],
  ['somebody was stopped who put them', { CorrectingMs: hourMs - 8 * minuteMs }, 'due'],
  ['nobody wrote down what the steps were told', { Settings: undefined }, 'none'],
] as const)('corrections of a run that was stopped after its switch: %s', (_, change, left) => {
  const { Settings, ...item } = { Settings: {} as ReplaySettings, ...change };
  const told = Settings === undefined ? item : { Settings, ...item };
  expect(correctionLeft(told, lock({ Stage: 'switched', SwitchedMs: 0 }), hourMs)).toBe(left);
});

test('corrections that nobody could put for six hours are given up', () => {
  const Settings = {} as ReplaySettings;
  expect(correctionLeft({ Settings }, lock({ SwitchedMs: 0 }), 6 * hourMs)).toBe('due');
  expect(correctionLeft({ Settings }, lock({ SwitchedMs: 0 }), 6 * hourMs + 1)).toBe('none');
});

test('a pipe is removed when no call that made it can land any more', () => {
  expect(quietSeconds(undefined, nowMs)).toBe(120);
  expect(quietSeconds(nowMs, nowMs)).toBe(120);
  expect(quietSeconds(nowMs - 100_500, nowMs)).toBe(20);
  expect(quietSeconds(nowMs - lateCallMsMax - 1, nowMs)).toBe(0);
});
