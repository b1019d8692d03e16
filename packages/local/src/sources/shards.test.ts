import { describe, expect, it } from 'vitest';
import { quiet, split, tryMapping, until } from '../../test/kinesis-mapping.ts';
import { EngineClock } from '../clock.ts';

describe('starting positions', () => {
  it('LATEST passes over what was there, in open and closed shards, but not what comes', async () => {
    const tried = await tryMapping(() => {}, { startingPosition: { at: 'LATEST' } });
    await tried.put('before');
    await split(tried, '0');
    await tried.put('also before');
    await tried.mapping.start();
    await tried.mapping.idle();
    await tried.put('after');
    await split(tried, '1');
    await tried.put('after the split');
    await tried.mapping.idle();
    expect(tried.data()).toEqual([['after'], ['after the split']]);
  });

  it('AT_TIMESTAMP begins with what arrived then', async () => {
    const clock = new EngineClock({ startMs: 1_800_000_000_000, factor: 0 });
    const tried = await tryMapping(() => {}, {
      clock,
      startingPosition: { at: 'TIMESTAMP', timestampMs: 1_800_000_001_000 },
    });
    await tried.put('before');
    clock.advance(1000);
    await tried.put('then');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.data()).toEqual([['then']]);
  });
});

describe('reshards', () => {
  it('deliver parents to their ends before their children', async () => {
    let held: (() => void) | undefined;
    const tried = await tryMapping(({ data }, nth) =>
      nth === 1 && data.length > 0
        ? new Promise<void>((r) => {
            held = r;
          })
        : undefined,
    );
    await tried.put('parent');
    await tried.mapping.start();
    await until(() => tried.deliveries.length === 1);
    await tried.put('parent too');
    await split(tried, '0');
    await tried.put('low child');
    await quiet();
    expect(tried.data()).toEqual([['parent']]);
    held?.();
    await tried.mapping.idle();
    expect(tried.data()).toEqual([['parent'], ['parent too'], ['low child']]);
  });

  it('wait for both parents of a merge', async () => {
    const { mapping, kinesis, data, putTo } = await tryMapping(() => {}, { shards: 2 });
    await putTo(0, 'low');
    await putTo(1, 'high');
    await kinesis.invoke('MergeShards', {
      StreamName: 'web',
      ShardToMerge: 'shardId-000000000000',
      AdjacentShardToMerge: 'shardId-000000000001',
    });
    await putTo(0, 'merged');
    await mapping.start();
    await mapping.idle();
    expect(data().slice(0, 2).sort()).toEqual([['high'], ['low']]);
    expect(data().slice(2)).toEqual([['merged']]);
  });
});

describe('an iterator', () => {
  it('that expired is renewed', async () => {
    const clock = new EngineClock({ factor: 0 });
    const { mapping, data, put } = await tryMapping(() => {}, { clock });
    await put('1');
    await mapping.start();
    await mapping.idle();
    clock.advance(3_600_000);
    await put('2');
    await mapping.idle();
    expect(data()).toEqual([['1'], ['2']]);
  });
});
