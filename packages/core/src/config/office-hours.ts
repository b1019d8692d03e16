import * as v from 'valibot';
import type { OfficeHours } from '../incidents/settings.ts';
import { settings, value } from './settings.ts';
import { zone } from './zone.ts';

const dayWords = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const days = v.pipe(
  value<string>(
    'a list of days',
    `days and ranges of them such as 'mon-fri' or 'mon,wed,sat-sun', of ${dayWords.join(', ')}`,
    (input) => typeof input === 'string' && daysOf(input) !== undefined,
  ),
  v.transform((text) => daysOf(text) ?? []),
);

const from = timeOfDay("a time of the day such as '08:00'", false);
const to = timeOfDay("a time of the day such as '18:00', up to '24:00'", true);

/** When a tier is told: `{ days: 'mon-fri', from: '08:00', to: '18:00', zone: 'Europe/Berlin' }`. What ends before it begins ends on the next day. */
export const officeHours: v.GenericSchema<unknown, OfficeHours> = v.pipe(
  settings({ days: v.optional(days, 'mon-fri'), from, to, zone: v.optional(zone, 'UTC') }),
  v.transform(({ days, from, to, zone }) => ({ days, fromMinute: from, toMinute: to, zone })),
);

function timeOfDay(expected: string, mayEnd: boolean): v.GenericSchema<unknown, number> {
  const isTime = (text: string) => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) || (mayEnd && text === '24:00');
  return v.pipe(
    value<string>('a time of the day', expected, (input) => typeof input === 'string' && isTime(input)),
    v.transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))),
    v.description(expected),
  );
}

/** `'mon-wed,sun'` -> 1, 2, 3, 7; a range may go on past Sunday. Undefined for what is no list. */
function daysOf(text: string): number[] | undefined {
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const [first = '', last = first, ...more] = item.split('-');
    const [start, end] = [dayWords.indexOf(first), dayWords.indexOf(last)];
    if (start === -1 || end === -1 || more.length > 0) return undefined;
    for (let day = start; ; day = (day + 1) % 7) {
      found.add(day + 1);
      if (day === end) break;
    }
  }
  return [...found].sort((one, other) => one - other);
}
