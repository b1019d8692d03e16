import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decision, decide, evaluationRange, type Slot } from './decide.ts';

/** `0 - X - X`: the newest on the right, as AWS's guide writes it. */
function slotsOf(text: string): Slot[] {
  const marks = text.split(' ').toReversed();
  return marks.map((mark, index) => ({ atMs: -index, value: mark === '-' ? undefined : mark === 'X' ? 1 : 0 }));
}

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

function decided(text: string, datapointsToAlarm: number, evaluationPeriods = 3): Decision[] {
  const isBreaching = ({ value }: Slot) => value === 1;
  return treatments.map((treatMissingData) =>
    decide(slotsOf(text), { evaluationPeriods, datapointsToAlarm, treatMissingData, isBreaching }),
  );
}

const [ok, alarm, unknown, same] = ['OK', 'ALARM', 'INSUFFICIENT_DATA', 'unchanged'] as const;

test('the range of three periods is five', () => {
  expect(evaluationRange(3)).toBe(5);
});

describe('the tables of "How alarm state is evaluated when data is missing"', () => {
  test.each([
    ['0 - X - X', 0, [ok, ok, ok, ok]],
    ['0 - - - -', 2, [ok, ok, ok, ok]],
    ['- - - - -', 3, [unknown, same, alarm, ok]],
    ['0 X X - X', 0, [alarm, alarm, alarm, alarm]],
    ['- - X - -', 2, [alarm, same, alarm, ok]],
  ])('3 of 3: %s', (text, filled, states) => {
    const decisions = decided(text, 3);
    expect(decisions.map(({ value }) => value)).toEqual(states);
    expect(decisions.map((each) => each.filled.length)).toEqual([filled, filled, filled, filled]);
  });

  test.each([
    ['0 - X - X', 0, [alarm, alarm, alarm, alarm]],
    ['0 0 X 0 X', 0, [alarm, alarm, alarm, alarm]],
    ['0 - X - -', 1, [ok, ok, alarm, ok]],
    ['- - - - 0', 2, [ok, ok, alarm, ok]],
    ['- - - X -', 2, [alarm, same, alarm, ok]],
  ])('2 of 3: %s', (text, filled, states) => {
    const decisions = decided(text, 2);
    expect(decisions.map(({ value }) => value)).toEqual(states);
    expect(decisions.map((each) => each.filled.length)).toEqual([filled, filled, filled, filled]);
  });
});

describe('"Avoiding premature transitions to alarm state"', () => {
  // What such an alarm is in the meantime stood in an earlier edition of the guide, as did X - - - -.
  test.each([
    ['- - - - X', [unknown, same, alarm, ok]],
    ['- - - X -', [unknown, same, alarm, ok]],
    ['- - X - -', [alarm, same, alarm, ok]],
    ['X - - - -', [alarm, same, alarm, ok]],
    ['- - - X 0', [ok, ok, ok, ok]],
    ['- - X - 0', [ok, ok, ok, ok]],
  ])('3 of 3: %s', (text, states) => {
    expect(decided(text, 3).map(({ value }) => value)).toEqual(states);
  });
});

test('the figure of the guide: three in a row, and one that is not enough', () => {
  const series = '0 0 X X X 0 0 0 X 0'.split(' ');
  const states = series.map((_, index) => decided(series.slice(0, index + 1).join(' '), 3)[0]?.value);
  expect(states).toEqual([ok, ok, ok, ok, alarm, ok, ok, ok, ok, ok]);
});

test('as many datapoints count as there are evaluation periods, the newest ones', () => {
  const [decision] = decided('X X 0 - 0 0', 1);
  expect([decision?.value, decision?.datapoints.map(({ atMs }) => -atMs)]).toEqual([ok, [0, 1, 3]]);
  expect(decided('X - - - 0', 1, 1).map(({ value }) => value)).toEqual([ok, ok, ok, ok]);
});

test('periods that are filled in are the newest that are empty', () => {
  expect(decided('- 0 - X -', 3)[2]?.filled.map(({ atMs }) => -atMs)).toEqual([0]);
});

test('the four treatments agree where enough datapoints are there, and never contradict each other', () => {
  const marks = fc.array(fc.constantFrom('0', 'X', '-'), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(marks, fc.integer({ min: 1, max: 4 }), (slots, datapointsToAlarm) => {
      const decisions = decided(slots.join(' '), datapointsToAlarm, 4);
      const [missing, ignored, breaching, notBreaching] = decisions.map(({ value }) => value);
      const present = slots.filter((mark) => mark !== '-').length;
      if (present >= 4) expect(new Set([missing, ignored, breaching, notBreaching]).size).toBe(1);
      // What is alarming although missing data are good is so in any case, and the other way round.
      if (notBreaching === alarm) expect([missing, ignored, breaching]).toEqual([alarm, alarm, alarm]);
      if (breaching === ok) expect([missing, ignored, notBreaching]).toEqual([ok, ok, ok]);
      if (present === 0) expect([missing, ignored]).toEqual([unknown, same]);
      for (const { datapoints, filled } of decisions) expect(datapoints.length + filled.length).toBe(4);
    }),
  );
});
