import { expect, test } from 'vitest';
import { pipeFromMs, pipeStart } from './pipe-start.ts';
import { isRunId, pipeName, runId, runKey } from './run.ts';

const nowMs = Date.parse('2026-11-20T09:15:07.123Z');

test('runs are named by their beginning, and ascend', () => {
  const run = runId(nowMs, '0a1b2c3d');
  expect(run).toBe('20261120T091507Z-0a1b2c3d');
  expect(isRunId(run)).toBe(true);
  expect(runKey('web', run)).toEqual({ Source: 'web', Item: 'RUN#20261120T091507Z-0a1b2c3d' });
  expect(() => runId(nowMs, 'x')).toThrow(RangeError);
  expect(isRunId(`${run}0`)).toBe(false);
});

test('the name of a pipe is the run under a prefix that may be cut, 64 characters at most', () => {
  const run = runId(nowMs, '0a1b2c3d');
  expect(pipeName('tidemark', run)).toBe('tidemark-20261120T091507Z-0a1b2c3d');
  const long = pipeName('s'.repeat(100), run);
  expect(long).toHaveLength(64);
  expect(long.endsWith(`-${run}`)).toBe(true);
});

test('a pipe begins two hours and a margin before the first bucket that is wanted', () => {
  const fromMs = Date.parse('2026-11-19T00:00:00Z');
  expect(pipeStart(pipeFromMs(fromMs))).toEqual({
    StartingPosition: 'AT_TIMESTAMP',
    StartingPositionTimestamp: '2026-11-18T21:55:00.000Z',
  });
  expect(pipeStart(undefined)).toEqual({ StartingPosition: 'TRIM_HORIZON' });
});
