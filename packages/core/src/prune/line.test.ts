import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBucket } from '../series/key.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { StoredItem } from './line.ts';
import { decodeLine, encodeLine } from './line.ts';

const item = {
  EventName: 'page view',
  Bucket: '1h#0003#2026-08-01T09:00:00Z#000000000007',
  EventCount: 12,
  LastSequence: '003:123',
  WrittenBy: 'live',
};

test('a line is the item with the parts of its key, and becomes the item again', () => {
  const line = encodeLine(item);
  expect(JSON.parse(line)).toEqual({
    ...item,
    Size: '1h',
    Generation: 3,
    Start: '2026-08-01 09:00:00',
    Slice: '000000000007',
  });
  expect(decodeLine(line)).toEqual(item);
});

test('is one line, and comes back as it was, whatever the item holds', () => {
  const figures = fc.record({ Count: fc.nat(), Sum: fc.double({ noNaN: true, noDefaultInfinity: true }) });
  const any = fc.record(
    {
      EventName: fc.string({ unit: 'binary', minLength: 1 }),
      EventCount: fc.nat(),
      Measures: fc.dictionary(fc.string(), figures, { noNullPrototype: true }),
      Recounted: fc.double({ noNaN: true, noDefaultInfinity: true }),
    },
    { requiredKeys: ['EventName', 'EventCount'] },
  );
  fc.assert(
    fc.property(any, (fields) => {
      const whole = { ...item, ...fields };
      const line = encodeLine(whole);
      expect(line).not.toContain('\n');
      // JSON has no -0, and neither has DynamoDB.
      expect(decodeLine(line)).toEqual(JSON.parse(JSON.stringify(whole)));
    }),
  );
});

test('figures and fences come back exactly', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const figures = fc.record(
    { Count: fc.nat(), Sum: double, SumRest: fc.array(double), Minimum: double, Maximum: double },
    { requiredKeys: ['Count', 'Sum', 'Minimum', 'Maximum'] },
  );
  const measures = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,9}$/), figures, { noNullPrototype: true });
  const window = fc.record(
    {
      EventName: fc.string({ unit: 'binary', minLength: 1 }),
      Bucket: fc
        .integer({ min: 0, max: 4_102_444_800 })
        .map((second) => encodeBucket({ size: 'w60', generation: 12, startMs: second * 1000, slice: '000000000007' })),
      EventCount: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      LastSequence: fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }).map((number) => encodeSequence(String(number))),
      WrittenBy: fc.constantFrom('live', 'recount'),
      Measures: measures,
      Recounted: fc.record({ EventCount: fc.nat(), Measures: measures }),
    },
    { requiredKeys: ['EventName', 'Bucket', 'EventCount', 'LastSequence', 'WrittenBy'] },
  );
  fc.assert(
    fc.property(window, (each) => {
      const read = decodeLine(encodeLine(each));
      expect(read).toEqual(each);
      expect(encodeLine(read as StoredItem)).toBe(encodeLine(each));
    }),
  );
});

test('equal items have equal lines, whatever the order of their attributes', () => {
  const measures = { a: { Count: 1, Sum: 2 }, b: { Count: 3, Sum: 4 } };
  const { b, a } = measures;
  const other = {
    Measures: { b, a: { Sum: a.Sum, Count: a.Count } },
    ...Object.fromEntries(Object.entries(item).reverse()),
  };
  expect(encodeLine(other as unknown as typeof item)).toBe(encodeLine({ ...item, Measures: measures }));
});

test.each([
  ['not JSON', '{', 'is not a JSON object'],
  ['no object', 'null', 'is not a JSON object'],
  ['without a name', JSON.stringify({ ...item, EventName: 1 }), 'names no series'],
  ['of no bucket', JSON.stringify({ ...item, Bucket: '1h#0003' }), 'names no bucket'],
  ['of an unknown size', encodeLine(item).replace('1h#', '2h#'), 'names no bucket'],
  ['of a day that is none', encodeLine(item).replace('#2026-08-01T', '#2026-02-30T'), 'names no bucket'],
  ['of another size', encodeLine(item).replace('"Size":"1h"', '"Size":"1m"'), 'says Size "1m", and its key 1h'],
  [
    'of another time',
    encodeLine(item).replace('01 09:00', '01 10:00'),
    'says Start "2026-08-01 10:00:00", and its key 2026-08-01 09:00:00',
  ],
  ['without the parts of its key', JSON.stringify(item), 'says Size undefined, and its key 1h'],
])('a line that is %s is none', (_, line, bad) => {
  expect(decodeLine(line)).toEqual({ bad });
});
