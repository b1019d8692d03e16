import { describe, expect, test } from 'vitest';
import type { CountedShard } from './counted.ts';
import { countingOf, isCountedThrough } from './counted.ts';

const effectiveMs = 1_000_000;
const at = (ArrivalMs: number, LastSequence = '003:500') => ({ ArrivalMs, LastSequence });
const shard = (fields: Partial<CountedShard>): CountedShard => ({ shardId: 'shard-1', consumer: 'count', ...fields });

describe('a shard is counted through', () => {
  test.each<[string, Partial<CountedShard>, boolean]>([
    ['where its checkpoint is that far', { checkpoint: at(effectiveMs) }, true],
    ['not where it is not', { checkpoint: at(effectiveMs - 1) }, false],
    ['where nothing comes after', { checkpoint: at(5), look: 'none' }, true],
    ['where it holds nothing', { look: 'none' }, true],
    ['not where nobody looked', {}, false],
    [
      'where what comes after arrived later',
      { checkpoint: at(5), look: { fence: '003:501', arrivalMs: effectiveMs } },
      true,
    ],
    [
      'not where it arrived before',
      { checkpoint: at(5), look: { fence: '003:501', arrivalMs: effectiveMs - 1 } },
      false,
    ],
    [
      'not where the look finds the checkpoint',
      { checkpoint: at(5), look: { fence: '003:500', arrivalMs: effectiveMs } },
      false,
    ],
    ['where its first record arrived later', { look: { fence: '003:500', arrivalMs: effectiveMs } }, true],
  ])('%s', (_, fields, expected) => {
    expect(isCountedThrough(shard(fields), effectiveMs, effectiveMs)).toBe(expected);
  });
});

describe('a run', () => {
  const one = shard({ checkpoint: at(5) });
  const other = shard({ shardId: 'shard-2', consumer: 'window', checkpoint: at(7) });
  const hourMs = 60 * 60_000;

  test('goes on when every shard is counted through by every consumer', () => {
    const found = countingOf([shard({ look: 'none' })], effectiveMs, undefined, effectiveMs);
    expect(found).toMatchObject({ counted: true, stalled: false, waitSeconds: 0, waiting: [] });
  });

  test('waits for the floors to be in force: until then an idle shard may get a record that they do not keep out', () => {
    const idle = shard({ look: 'none' });
    expect(isCountedThrough(idle, effectiveMs, effectiveMs - 1)).toBe(false);
    const found = countingOf([idle], effectiveMs, undefined, effectiveMs - 90_000);
    expect(found).toMatchObject({ counted: false, stalled: false, waitSeconds: 90, waiting: ['shard-1'] });
  });

  test('waits for those that are not, by name', () => {
    const found = countingOf([one, other, { ...other, consumer: 'count' }], effectiveMs, undefined, effectiveMs);
    expect(found).toMatchObject({ counted: false, stalled: false, waiting: ['shard-1', 'shard-2'] });
    expect(found.progress.Progress).toEqual({
      'count shard-1': { Recount: 5, Live: effectiveMs },
      'window shard-2': { Recount: 7, Live: effectiveMs },
      'count shard-2': { Recount: 7, Live: effectiveMs },
    });
  });

  test('is stalled when none of them has moved for 6 hours', () => {
    const first = countingOf([one, other], effectiveMs, undefined, effectiveMs).progress;
    expect(countingOf([one, other], effectiveMs, first, effectiveMs + 6 * hourMs - 1)).toMatchObject({
      stalled: false,
    });
    expect(countingOf([one, other], effectiveMs, first, effectiveMs + 6 * hourMs)).toMatchObject({ stalled: true });
    const moved = { ...other, checkpoint: at(8) };
    expect(countingOf([one, moved], effectiveMs, first, effectiveMs + 6 * hourMs)).toMatchObject({ stalled: false });
    // The other one is done.
    expect(countingOf([one], effectiveMs, first, effectiveMs + 6 * hourMs)).toMatchObject({ stalled: false });
  });
});
