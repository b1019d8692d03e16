import { describe, expect, test } from 'vitest';
import type { Peek } from './peek.ts';
import { completeThrough, shardStatus } from './shard.ts';

const nowMs = Date.parse('2026-11-20T06:30:00Z');
const minute = 60_000;
const checkpoint = {
  LastSequence: '001:7',
  ArrivalMs: nowMs - 2 * minute,
  PreviousArrivalMs: nowMs - 3 * minute,
  Received: 600,
};
const shard = (peek: Peek, more: object = {}) =>
  shardStatus({ shardId: 'shardId-0', checkpoint, peek, nowMs, stalledLagMs: 2 * minute, ...more });

describe('a shard', () => {
  test.each([
    ['empty', { kind: 'empty' }, { state: 'idle', lagMs: 0 }],
    ['read to its end', { kind: 'drained' }, { state: 'closed', lagMs: 0, ratePerSecond: 0 }],
    ['waiting a little', { kind: 'waiting', arrivalMs: nowMs - minute }, { state: 'counting', lagMs: minute }],
    ['waiting long', { kind: 'waiting', arrivalMs: nowMs - 5 * minute }, { state: 'stalled', lagMs: 5 * minute }],
    ['searched', { kind: 'unknown', behindMs: minute }, { state: 'unknown', completeThroughMs: nowMs - minute }],
    [
      'hardly searched',
      { kind: 'unknown', behindMs: 9 * minute },
      { state: 'unknown', completeThroughMs: nowMs - 2 * minute, lagMs: 0 },
    ],
  ] as const)('%s', (_, peek, status) => {
    expect(shard(peek)).toMatchObject(status);
  });

  test('has a rate while its last batch is young', () => {
    expect(shard({ kind: 'empty' }).ratePerSecond).toBe(10);
    expect(shard({ kind: 'empty' }, { nowMs: nowMs + 10 * minute }).ratePerSecond).toBe(0);
    expect(
      shard({ kind: 'empty' }, { checkpoint: { ...checkpoint, PreviousArrivalMs: checkpoint.ArrivalMs } })
        .ratePerSecond,
    ).toBe(0);
    // A window of 15 minutes leaves a checkpoint every 15 minutes.
    expect(shard({ kind: 'empty' }, { nowMs: nowMs + 10 * minute, stalledLagMs: 20 * minute }).ratePerSecond).toBe(10);
    expect(shardStatus({ shardId: 's', peek: { kind: 'empty' }, nowMs, stalledLagMs: 0 })).toEqual({
      shardId: 's',
      state: 'idle',
      ratePerSecond: 0,
      lagMs: 0,
    });
  });

  test('that is idle or closed does not hold complete-through back, one that waits does', () => {
    const calm = [shard({ kind: 'empty' }), shard({ kind: 'drained' })];
    expect(completeThrough(calm, nowMs)).toBe(nowMs);
    const waiting = shard({ kind: 'waiting', arrivalMs: nowMs - 9 * minute });
    expect(completeThrough([...calm, waiting, shard({ kind: 'unknown', behindMs: minute })], nowMs)).toBe(
      nowMs - 9 * minute,
    );
  });
});
