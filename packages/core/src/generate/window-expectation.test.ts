import { expect, test } from 'vitest';
import { compareWindows } from './compare-windows.ts';
import { WindowExpectation, type WindowRow } from './window-expectation.ts';

const at = (time: string): number => Date.parse(`2026-11-02T${time}Z`);
const reading = (name: string, distance: number, health = 300) =>
  ({ kind: 'event', name, timeMs: 0, measures: { distance, health } }) as const;

function expectation(): WindowExpectation {
  const made = new WindowExpectation(60);
  made.add(reading('a', 0.1), at('09:00:00'));
  made.add(reading('a', 0.2, -5), at('09:00:59.999'));
  made.add(reading('a', 0.3), at('09:01:00'));
  made.add(reading('b', 1e16), at('09:00:30'));
  made.add(reading('c', 1), at('09:00:30'));
  made.add(reading('c', -1e16), at('09:00:31'));
  made.add({ kind: 'quarantined', why: 'no distance' }, at('09:00:10'));
  return made;
}

const shown = ({ name, startMs, records, measures }: WindowRow) => [
  name,
  new Date(startMs).toISOString().slice(11, 19),
  records,
  ...[...measures].map(([measure, { count, sum, minimum, maximum }]) => [measure, count, sum, minimum, maximum]),
];

test('adds up every window of arrival time', () => {
  const made = expectation();
  expect([made.sent, made.counted, made.quarantined]).toEqual([7, 6, 1]);
  expect(made.names()).toEqual(['a', 'b', 'c']);
  expect(made.rows().map(shown)).toEqual([
    ['a', '09:00:00', 2, ['distance', 2, 0.30000000000000004, 0.1, 0.2], ['health', 2, 295, -5, 300]],
    ['a', '09:01:00', 1, ['distance', 1, 0.3, 0.3, 0.3], ['health', 1, 300, 300, 300]],
    ['b', '09:00:00', 1, ['distance', 1, 1e16, 1e16, 1e16], ['health', 1, 300, 300, 300]],
    ['c', '09:00:00', 2, ['distance', 2, -1e16 + 1, -1e16, 1], ['health', 2, 600, 300, 300]],
  ]);
});

test('names that are no series add up under $other, exactly', () => {
  const rows = expectation().rows((name) => name === 'a');
  expect(rows.filter(({ name }) => name !== 'a').map(shown)).toEqual([
    ['$other', '09:00:00', 3, ['distance', 3, 1, -1e16, 1e16], ['health', 3, 900, 300, 300]],
  ]);
});

test('a window of 900 seconds begins at a quarter, before 1970 too', () => {
  const made = new WindowExpectation(900);
  made.add(reading('a', 1), at('09:29:59.999'));
  made.add(reading('a', 1), -1);
  expect(made.rows().map(({ startMs }) => startMs)).toEqual([at('09:15:00'), -900_000]);
});

test('without measures readings are counted', () => {
  const made = new WindowExpectation(60);
  made.add({ kind: 'event', name: 'a', timeMs: 0 }, 0);
  expect(made.rows()).toEqual([{ name: 'a', startMs: 0, records: 1, measures: new Map() }]);
});

function changed(row: WindowRow, change: Partial<{ records: number; sum: number; minimum: number }>): WindowRow {
  const { records = row.records, ...figures } = change;
  const measures = new Map(row.measures);
  const distance = measures.get('distance');
  if (distance !== undefined) measures.set('distance', { ...distance, ...figures });
  return { ...row, records, measures };
}

test('what is equal has no difference; a sum may be off by rounding, and it is told how many are not', () => {
  const rows = expectation().rows();
  expect(compareWindows(rows, rows.toReversed())).toEqual({ differences: [], sums: 8, equalSums: 8 });
  const [first, ...others] = rows;
  if (first === undefined) throw new Error('the expectation has rows');
  const rounded = changed(first, { sum: 0.3 });
  expect(compareWindows(rows, [rounded, ...others])).toEqual({ differences: [], sums: 8, equalSums: 7 });
});

test('tells every kind of difference', () => {
  const rows = expectation().rows();
  const [first, second, third, fourth] = rows;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error('the expectation has four rows');
  }
  const withoutHealth = { ...third, measures: new Map([...third.measures].slice(0, 1)) };
  const found = [
    changed(first, { records: 3, sum: 0.3000000004, minimum: 0.1000000001 }),
    { ...second, name: 'stranger' },
    withoutHealth,
    fourth,
  ];
  const { differences } = compareWindows(rows, found);
  expect(differences.map((each) => [each.name, each.startMs, each.figure, each.expected, each.found])).toEqual([
    ['a', at('09:00:00'), 'records', 2, 3],
    ['a', at('09:00:00'), 'distance minimum', 0.1, 0.1000000001],
    ['a', at('09:00:00'), 'distance sum', 0.30000000000000004, 0.3000000004],
    ['a', at('09:01:00'), 'records', 1, undefined],
    ['b', at('09:00:00'), 'health count', 1, undefined],
    ['b', at('09:00:00'), 'health minimum', 300, undefined],
    ['b', at('09:00:00'), 'health maximum', 300, undefined],
    ['b', at('09:00:00'), 'health sum', 300, undefined],
    ['stranger', at('09:01:00'), 'records', undefined, 1],
  ]);
  expect(() => compareWindows(rows, [first, first])).toThrow(/two rows/);
});
