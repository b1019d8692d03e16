/**
 * The time of an event, from what its time field holds, to milliseconds since the epoch.
 *
 * Read are, and nothing else:
 * - ISO 8601: `2026-11-02` (midnight), or a date, then `T`, `t` or a space, then `09:00`, `09:00:00` or `09:00:00.5` with a
 *   fraction of any length (after a point or a comma, cut to milliseconds), then nothing (UTC), `Z`, `z`, `+02:00`, `+0200`
 *   or `+02`.
 * - Epoch numbers, as JSON numbers or as strings of digits with or without a fraction, at most 32 characters. Their size tells the unit:
 *   100,000,000 up to 100,000,000,000 are seconds (1973-03-03 to 5138-11-16), from there on they are milliseconds
 *   (1973-03-03 to 9999-12-31). What lies outside is no plausible time of an event (0, a count, a date without dashes, micro- or
 *   nanoseconds) and is unreadable.
 *
 * The calendar is the proleptic Gregorian one; the instant, in UTC, lies in the years 0000 to 9999. Hours end at 23:59, so 24:00
 * is unreadable. A leap second, 23:59:60 UTC on any day, is read as the last millisecond of its minute.
 */

/** The least epoch number read as seconds: 1973-03-03T09:46:40Z. Also, in milliseconds, the least read as milliseconds. */
const epochSecondsMin = 1e8;
const epochMsMin = 1e11;
/** Thirteen digits, a point and more of a fraction than anyone needs. */
const epochCharactersMax = 32;
const instantMsMin = -62_167_219_200_000;
const instantMsMax = 253_402_300_799_999;

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const daysInMonth = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What `twoDigits` returns for anything but digits: it lies beyond every range that is checked. */
const noDigits = 1e6;

/**
 * Reads the ASCII text in `bytes` from `start` up to `end`. NaN when it is none of the forms above.
 */
export function instantOfText(bytes: Uint8Array, start: number, end: number): number {
  return end - start >= 10 && bytes[start + 4] === 0x2d
    ? instantOfIso(bytes, start, end)
    : instantOfDigits(bytes, start, end);
}

/** Reads an epoch number. NaN when it is neither seconds nor milliseconds by the rule above. */
export function instantOfNumber(value: number): number {
  if (value >= epochMsMin) return value <= instantMsMax ? Math.floor(value) : Number.NaN;
  if (!(value >= epochSecondsMin)) return Number.NaN;
  // A double holds today's seconds to less than a microsecond: round there, so that .123 is 123 ms, but never reach the next second.
  const seconds = Math.floor(value);
  const microseconds = Math.round((value - seconds) * 1e6);
  return seconds * 1000 + Math.min(999, Math.floor(microseconds / 1000));
}

function instantOfDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = skipDigits(bytes, start, end);
  if (at === start || end - start > epochCharactersMax) return Number.NaN;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction, end);
    if (at === fraction) return Number.NaN;
  }
  if (at !== end) return Number.NaN;
  let text = '';
  for (let index = start; index < end; index += 1) text += String.fromCharCode(bytes[index] as number);
  return instantOfNumber(Number(text));
}

function instantOfIso(bytes: Uint8Array, start: number, end: number): number {
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (bytes[start + 7] !== 0x2d) return Number.NaN;
  const midnightMs = midnightOf(year, month, day);
  if (end === start + 10) return midnightMs;

  const separator = bytes[start + 10] as number;
  if (end < start + 16 || (separator !== 0x54 && separator !== 0x20 && separator !== 0x74)) return Number.NaN;
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  if (bytes[start + 13] !== 0x3a || hour > 23 || minute > 59) return Number.NaN;
  let at = start + 16;
  let second = 0;
  let fractionMs = 0;
  if (at + 3 <= end && bytes[at] === 0x3a) {
    second = twoDigits(bytes, at + 1);
    if (second > 60) return Number.NaN;
    at += 3;
    if (at < end && (bytes[at] === 0x2e || bytes[at] === 0x2c)) {
      const fraction = at + 1;
      at = skipDigits(bytes, fraction, end);
      if (at === fraction) return Number.NaN;
      fractionMs = millisecondsOf(bytes, fraction, at);
    }
  }
  const offset = offsetMs(bytes, at, end);
  const utcMinuteMs = midnightMs + hour * hourMs + minute * minuteMs - offset;
  if (second === 60) {
    // Unix time has no leap second: it belongs to the minute that it lengthens.
    if (utcMinuteMs % dayMs !== dayMs - minuteMs && utcMinuteMs % dayMs !== -minuteMs) return Number.NaN;
    second = 59;
    fractionMs = 999;
  }
  const instant = utcMinuteMs + second * 1000 + fractionMs;
  return instant >= instantMsMin && instant <= instantMsMax ? instant : Number.NaN;
}

/** Reads nothing, `Z`, `±hh:mm`, `±hhmm` or `±hh`, up to `end` exactly. NaN for anything else. */
function offsetMs(bytes: Uint8Array, at: number, end: number): number {
  const length = end - at;
  if (length === 0) return 0;
  const sign = bytes[at] as number;
  if (length === 1) return sign === 0x5a || sign === 0x7a ? 0 : Number.NaN;
  if (sign !== 0x2b && sign !== 0x2d) return Number.NaN;
  let minutes = 0;
  if (length === 6 && bytes[at + 3] === 0x3a) minutes = twoDigits(bytes, at + 4);
  else if (length === 5) minutes = twoDigits(bytes, at + 3);
  else if (length !== 3) return Number.NaN;
  const hours = twoDigits(bytes, at + 1);
  if (hours > 23 || minutes > 59) return Number.NaN;
  const offset = hours * hourMs + minutes * minuteMs;
  return sign === 0x2b ? offset : -offset;
}

/** The number in the two digits at `at`, or `noDigits`. The caller has checked that they lie within the text. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  // As unsigned numbers, what lies below the digits lies far above them.
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? noDigits : tens * 10 + ones;
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at += 1;
  return at;
}

/** `5` -> 500, `1239` -> 123. */
function millisecondsOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < start + 3; index += 1) {
    value = value * 10 + (index < end ? (bytes[index] as number) - 0x30 : 0);
  }
  return value;
}

/** The date read last and its midnight: most events are of the day of the event before them. `noDigits` in any part makes no date's number. */
let lastDate = Number.NaN;
let lastMidnightMs = Number.NaN;

/** NaN for a date that does not exist. */
function midnightOf(year: number, month: number, day: number): number {
  const date = year * 10_000 + month * 100 + day;
  if (date === lastDate) return lastMidnightMs;
  if (year > 9999 || month < 1 || month > 12 || day < 1 || day > lengthOfMonth(year, month)) return Number.NaN;
  lastDate = date;
  lastMidnightMs = daysSinceEpoch(year, month, day) * dayMs;
  return lastMidnightMs;
}

function lengthOfMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (daysInMonth[month] as number);
}

/** Days from 1970-01-01. Years are taken to begin in March, so that the leap day is the last of its year. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
