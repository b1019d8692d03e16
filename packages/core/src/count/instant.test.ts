import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOfNumber, instantOfText } from './instant.ts';

function read(text: string): string {
  // Surrounded by digits: what lies outside of the text must not be read.
  const bytes = Buffer.from(`7${text}7`);
  const instant = instantOfText(bytes, 1, bytes.length - 1);
  return Number.isNaN(instant) ? 'unreadable' : new Date(instant).toISOString();
}

describe('instantOfText', () => {
  it.each([
    ['2026-11-02', '2026-11-02T00:00:00.000Z'],
    ['2026-11-02T09:05', '2026-11-02T09:05:00.000Z'],
    ['2026-11-02T09:05Z', '2026-11-02T09:05:00.000Z'],
    ['2026-11-02T09:05:07', '2026-11-02T09:05:07.000Z'],
    ['2026-11-02 09:05:07', '2026-11-02T09:05:07.000Z'],
    ['2026-11-02t09:05:07z', '2026-11-02T09:05:07.000Z'],
    ['2026-11-02 09:00:00.000', '2026-11-02T09:00:00.000Z'],
    ['2026-11-02T09:05:07.5Z', '2026-11-02T09:05:07.500Z'],
    ['2026-11-02T09:05:07,25Z', '2026-11-02T09:05:07.250Z'],
    ['2026-11-02T09:05:59.999999999999Z', '2026-11-02T09:05:59.999Z'],
    [`2026-11-02T09:05:07.${'1'.repeat(1000)}Z`, '2026-11-02T09:05:07.111Z'],
    ['2026-11-02T09:05:07+02:00', '2026-11-02T07:05:07.000Z'],
    ['2026-11-02T09:05:07+0200', '2026-11-02T07:05:07.000Z'],
    ['2026-11-02T09:05:07+02', '2026-11-02T07:05:07.000Z'],
    ['2026-11-02T09:05-03:30', '2026-11-02T12:35:00.000Z'],
    ['2026-11-02T23:30:00-01:00', '2026-11-03T00:30:00.000Z'],
    ['2026-11-02T09:05:07-00:00', '2026-11-02T09:05:07.000Z'],
    ['2026-11-02T09:05:07+23:59', '2026-11-01T09:06:07.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.500Z'],
    ['0000-01-01', '0000-01-01T00:00:00.000Z'],
    ['0000-02-29', '0000-02-29T00:00:00.000Z'],
    ['0099-03-01', '0099-03-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['0000-01-01T00:00:00-01:00', '0000-01-01T01:00:00.000Z'],
    ['9999-12-31T23:59:59+00:01', '9999-12-31T23:58:59.000Z'],
    // Leap seconds stay in the minute that they lengthen.
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['2016-12-31T23:59:60.75Z', '2016-12-31T23:59:59.999Z'],
    ['2017-01-01T00:59:60+01:00', '2016-12-31T23:59:59.999Z'],
    ['2016-12-31T18:29:60-05:30', '2016-12-31T23:59:59.999Z'],
    ['1960-12-31T23:59:60Z', '1960-12-31T23:59:59.999Z'],
    // Epoch numbers: seconds from 1e8 on, milliseconds from 1e11 on.
    ['100000000', '1973-03-03T09:46:40.000Z'],
    ['1793610000', '2026-11-02T09:00:00.000Z'],
    ['1793610000.25', '2026-11-02T09:00:00.250Z'],
    ['0001793610000', '2026-11-02T09:00:00.000Z'],
    ['99999999999', '5138-11-16T09:46:39.000Z'],
    ['100000000000', '1973-03-03T09:46:40.000Z'],
    ['1793610000123', '2026-11-02T09:00:00.123Z'],
    ['1793610000123.9', '2026-11-02T09:00:00.123Z'],
    ['253402300799999', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    '',
    ' ',
    'now',
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    // Dates that do not exist.
    '2026-02-29',
    '2026-02-30',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-32',
    // Times that do not exist.
    '2026-11-02T24:00:00Z',
    '2026-11-02T24:00',
    '2026-11-02T09:60:00Z',
    '2026-11-02T09:05:61Z',
    '2026-11-02T09:05:60Z',
    '2016-12-31T23:58:60Z',
    '2016-12-31T23:59:60+01:00',
    // Outside of the years 0000 to 9999, in UTC.
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '-0001-01-01',
    '+002026-11-02T09:05:07Z',
    '12026-11-02',
    // Other or broken forms.
    '2026',
    '2026-11',
    '2026-11-2',
    '2026-1-02',
    '26-11-02',
    '2026/11/02',
    '20261102T090507Z',
    '2026-11-02T',
    '2026-11-02T09',
    '2026-11-02T09Z',
    '2026-11-02T9:05',
    '2026-11-02T09:5',
    '2026-11-02T09:05:',
    '2026-11-02T09:05:7',
    '2026-11-02T09:05:07.',
    '2026-11-02T09:05:07.Z',
    '2026-11-02T09:05.5Z',
    '2026-11-02T09-05-07Z',
    '2026-11-02T090507Z',
    '2026-11-02_09:05:07',
    '2026-11-02  09:05:07',
    '2026-11-02T09:05:07ZZ',
    '2026-11-02T09:05:07 Z',
    '2026-11-02T09:05:07 +02:00',
    '2026-11-02T09:05:07UTC',
    '2026-11-02T09:05:07+2',
    '2026-11-02T09:05:07+2:00',
    '2026-11-02T09:05:07+02:0',
    '2026-11-02T09:05:07+02:',
    '2026-11-02T09:05:07+24:00',
    '2026-11-02T09:05:07+02:60',
    '2026-11-02T09:05:07+02:00Z',
    '2026-11-02T09:05:07\u221202:00',
    '2026-11-02Z',
    '2026-11-02+02:00',
    ' 2026-11-02T09:05:07Z',
    '2026-11-02T09:05:07Z ',
    '2026-11-02T09:05:07Z\n',
    '2026-W45-1',
    '2026-306',
    '2026-11-02T09:05:07 PM',
    '11/02/2026 09:05',
    '11/2/2026, 9:05:07 AM',
    '2 November 2026',
    'Mon, 02 Nov 2026 09:05:07 GMT',
    'Mon Nov 02 2026',
    '２０２６-11-02',
    // Numbers that are no time.
    '0',
    '1',
    '99999999',
    '20261102',
    '-1793610000',
    '+1793610000',
    '1793610000.',
    '.5',
    '1.793610e9',
    '1,793,610,000',
    '0x6ae8a1d0',
    '1_793_610_000',
    '1793610000n',
    '253402300800000',
    '1793610000123456',
    '1793610000123456789',
    '9'.repeat(400),
    `1793610000.${'0'.repeat(100)}`,
  ])('refuses %s', (text) => {
    expect(read(text)).toBe('unreadable');
  });

  it('reads every instant in every form as the calendar has it', () => {
    const instants = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
    const offsets = fc.integer({ min: -1439, max: 1439 });
    const property = fc.property(
      instants,
      offsets,
      fc.constantFrom('T', 't', ' '),
      fc.boolean(),
      (ms, offset, t, colon) => {
        const local = new Date(ms + offset * 60_000);
        const year = local.getUTCFullYear();
        fc.pre(year >= 0 && year <= 9999);
        const minutes = Math.abs(offset);
        const hh = String(Math.floor(minutes / 60)).padStart(2, '0');
        const mm = String(minutes % 60).padStart(2, '0');
        const zone = `${offset < 0 ? '-' : '+'}${hh}${colon ? ':' : ''}${mm}`;
        const text = local.toISOString().replace('T', t).replace('Z', zone);
        expect(read(text)).toBe(new Date(ms).toISOString());
      },
    );
    fc.assert(property, { numRuns: 3000 });
  });

  it('refuses what no month has', () => {
    for (const year of [1900, 2000, 2023, 2024, 2100]) {
      for (let month = 0; month <= 13; month += 1) {
        for (let day = 0; day <= 32; day += 1) {
          const two = (value: number): string => String(value).padStart(2, '0');
          const date = new Date(Date.UTC(year, month - 1, day));
          const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          const text = `${year}-${two(month)}-${two(day)}`;
          expect(read(text), text).toBe(exists ? date.toISOString() : 'unreadable');
        }
      }
    }
  });
});

describe('instantOfNumber', () => {
  it.each([
    [1e8, 1e11],
    [1793610000, 1793610000_000],
    [1793610000.123, 1793610000_123],
    [1793610000.1239, 1793610000_123],
    // The last double before the next minute stays before it.
    [1793609999.9999998, 1793609999_999],
    [4_000_000_000.999, 4_000_000_000_999],
    [1e11, 1e11],
    [1793610000123, 1793610000123],
    [1793610000123.99, 1793610000123],
    [253_402_300_799_999, 253_402_300_799_999],
  ])('reads %d', (value, instant) => {
    expect(instantOfNumber(value)).toBe(instant);
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1,
    99_999_999.999,
    -1793610000,
    -1793610000123,
    253_402_300_800_000,
    1793610000123456,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
  ])('refuses %d', (value) => {
    expect(instantOfNumber(value)).toBeNaN();
  });

  it('reads milliseconds as themselves and seconds as a thousand of them, whatever the fraction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e11, max: 253_402_300_799_999 }), (ms) => {
        expect(instantOfNumber(ms)).toBe(ms);
        // Today's seconds; a double holds them to the microsecond.
        const seconds = ms % 4e12 >= 1e11 ? (ms % 4e12) / 1000 : 1e8;
        expect(instantOfNumber(seconds)).toBe(Math.round(seconds * 1000));
      }),
    );
  });
});
