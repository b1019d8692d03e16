import fc from 'fast-check';
import { expect, test } from 'vitest';
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
])('a line that is %s is none', (_, line, bad) => {
  expect(decodeLine(line)).toEqual({ bad });
});
