import { expect, test } from 'vitest';
import { compareCounts, Expectation } from './expectation.ts';

const at = (time: string): number => Date.parse(time);

function expectation(): Expectation {
  const made = new Expectation(['1m', '1h']);
  made.add({ kind: 'event', name: 'a', timeMs: at('2026-11-02T09:00:59.999Z') });
  made.add({ kind: 'event', name: 'a', timeMs: at('2026-11-02T09:01:00Z') });
  made.add({ kind: 'event', name: 'b', timeMs: at('1969-12-31T23:59:59Z') });
  made.add({ kind: 'quarantined', why: 'not JSON' });
  return made;
}

test('adds up every size of bucket, years before 1970 too', () => {
  const made = expectation();
  expect([made.sent, made.counted, made.quarantined]).toEqual([4, 3, 1]);
  expect(
    made.rows().map(({ name, size, startMs, count }) => [name, size, new Date(startMs).toISOString(), count]),
  ).toEqual([
    ['a', '1m', '2026-11-02T09:00:00.000Z', 1],
    ['a', '1m', '2026-11-02T09:01:00.000Z', 1],
    ['b', '1m', '1969-12-31T23:59:00.000Z', 1],
    ['a', '1h', '2026-11-02T09:00:00.000Z', 2],
    ['b', '1h', '1969-12-31T23:00:00.000Z', 1],
  ]);
});

test('names that are no series add up under $other', () => {
  const rows = expectation().rows((name) => name === 'b');
  expect(rows.filter(({ size }) => size === '1h').map(({ name, count }) => [name, count])).toEqual([
    ['b', 1],
    ['$other', 2],
  ]);
});

test('tells every kind of difference', () => {
  const expected = expectation().rows();
  expect(compareCounts(expected, [...expected].reverse())).toEqual([]);
  const [first, second, ...others] = expected;
  if (first === undefined || second === undefined) throw new Error('the expectation has rows');
  const found = [{ ...first, count: 7 }, { ...first, name: 'stranger' }, ...others];
  expect(compareCounts(expected, found).map((each) => [each.name, each.startMs, each.expected, each.found])).toEqual([
    ['a', first.startMs, 1, 7],
    ['a', second.startMs, 1, 0],
    ['stranger', first.startMs, 0, 1],
  ]);
});
