import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { bucketMs } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';
import { planBatch } from './count.ts';
import type { PartialIdentity, PartialTally } from './partials.ts';
import { readBatch } from './read.ts';

const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1m', '1h'],
  maxSeries: 9,
};
const arrivalMs = Date.UTC(2026, 10, 2, 9, 30);
const catalogue = catalogueOf({ Names: ['a', 'b'], Caps: [{ FromMs: 0, MaxSeries: 2 }] });
const eventTimes = [arrivalMs, arrivalMs - bucketMs['1h'], arrivalMs - bucketMs['1m']];

function partialsOf(identity: PartialIdentity): readonly PartialTally[] {
  const records = [{ sequenceNumber: '7', partitionKey: 'k', data: '', arrivalMs }];
  const read = readBatch({ shardId: 'shardId-3', records }, source, (_data, _fields, sink) => {
    for (const timeMs of eventTimes) for (const name of catalogue.Names) sink.event(name, timeMs);
  });
  return planBatch(read, { catalogue, floors: floorsOf(undefined), ...identity }).partials;
}

describe('the generation of a partial', () => {
  test('is that of its size and start, asked once for all names', () => {
    const asked: string[] = [];
    const generationOf = (size: SpanSize, startMs: number): number => {
      asked.push(`${size} ${new Date(startMs).toISOString().slice(11, 16)}`);
      return size === '1h' && startMs >= Date.UTC(2026, 10, 2, 9) ? 12 : 3;
    };
    const partials = partialsOf({ generationOf, writer: 'live' });
    expect(partials.filter(({ key }) => key.EventName === 'a').map(({ key }) => key.Bucket)).toEqual([
      '1m#0003#2026-11-02T09:30:00Z#3',
      '1h#0012#2026-11-02T09:00:00Z#3',
      '1m#0003#2026-11-02T08:30:00Z#3',
      '1h#0003#2026-11-02T08:00:00Z#3',
      '1m#0003#2026-11-02T09:29:00Z#3',
    ]);
    expect(partials.map(({ key }) => key.EventName).sort()).toEqual(['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'b', 'b']);
    expect(asked.sort()).toEqual(['1h 08:00', '1h 09:00', '1m 08:30', '1m 09:29', '1m 09:30']);
  });
});
