import * as v from 'valibot';
import { notA, show } from './settings.ts';

const forms =
  "a time of the day such as '03:30', 'cron(minutes hours day-of-month month day-of-week year)', or 'rate(1 day)'";

/** When something begins again and again, as EventBridge Scheduler has it: `cron(30 3 * * ? *)`, `rate(1 day)`. A time of the day is one of each day. */
export const schedule: v.GenericSchema<unknown, string> = v.pipe(
  v.custom<string>(
    (input) => typeof input === 'string' && 'expression' in read(input),
    (issue) => mistakeOf(issue.input),
  ),
  v.transform((input) => {
    const result = read(input);
    return 'expression' in result ? result.expression : input;
  }),
  v.description(forms),
);

/** `fault` follows what was written; an empty one where it has none of the forms. */
type ReadSchedule = { readonly expression: string } | { readonly fault: string };

function mistakeOf(input: unknown): string {
  const result = typeof input === 'string' ? read(input) : { fault: '' };
  const fault = 'fault' in result ? result.fault : '';
  return fault === '' ? notA(input, 'a schedule', forms) : `${show(input)} ${fault}`;
}

function read(text: string): ReadSchedule {
  const time = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (time !== null) return { expression: `cron(${Number(time[2])} ${Number(time[1])} * * ? *)` };
  const [, kind, argument = ''] = /^(cron|rate)\(([^()]*)\)$/.exec(text) ?? [];
  if (kind === undefined) return { fault: '' };
  const fault = kind === 'cron' ? faultOfCron(argument) : faultOfRate(argument);
  return fault === undefined ? { expression: text } : { fault };
}

function faultOfRate(argument: string): string | undefined {
  const [, digits, unit, plural] = /^([1-9]\d{0,4}) (hour|day)(s?)$/.exec(argument) ?? [];
  if (digits === undefined) return "has no such rate; expected whole hours or days, such as 'rate(12 hours)'";
  // As AWS spells them.
  if ((digits === '1') === (plural === '')) return undefined;
  return `is not spelled as AWS does; expected 'rate(${digits} ${unit}${digits === '1' ? '' : 's'})'`;
}

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for numbers, the first of them for `min`. */
  readonly words?: readonly string[];
  /** What else may stand there. */
  readonly also?: RegExp;
}

const dayWords = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const monthWords = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const cronFields: readonly CronField[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  // The last day of the month; the weekday nearest to a day.
  { name: 'day of the month', min: 1, max: 31, also: /^(?:L|LW|(?:[1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, words: monthWords },
  // The last one of the month; the second one of the month.
  { name: 'day of the week', min: 1, max: 7, words: dayWords, also: /^(?:L|[1-7]L|(?:[1-7]|[A-Z]{3})#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199 },
];

function faultOfCron(argument: string): string | undefined {
  const fields = argument.split(' ');
  const names = cronFields.map(({ name }) => name).join(', ');
  if (fields.length !== cronFields.length) return `has ${fields.length} fields; expected six: ${names}`;
  const faults = cronFields.flatMap((field, index) => {
    const text = fields[index] ?? '';
    const isOpen = text === '?' && (index === 2 || index === 4);
    return isOpen || takes(field, text) ? [] : [`has ${show(text)} for its ${field.name}; ${expectedOf(field)}`];
  });
  if (faults[0] !== undefined) return faults[0];
  return (fields[2] === '?') === (fields[4] === '?')
    ? 'has no single ?; expected it either for the day of the month or for the day of the week'
    : undefined;
}

function expectedOf({ min, max, words }: CronField): string {
  const named = words === undefined ? '' : ` or ${words[0]} to ${words.at(-1)}`;
  return `expected * or numbers from ${min} to ${max}${named}`;
}

/** Lists of `*`, numbers, ranges and steps: `*`, `5`, `1-5`, `0/15`, `MON-FRI`. */
function takes(field: CronField, text: string): boolean {
  return text.split(',').every((item) => {
    if (field.also?.test(item) === true) return true;
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
    if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) return false;
    if (from === '*') return to === undefined;
    const ends = [from, ...(to === undefined ? [] : [to])].map((end) => numberOf(field, end));
    return ends.every((end) => end >= field.min && end <= field.max);
  });
}

/** NaN for what is neither a number nor a word of the field. */
function numberOf({ min, words = [] }: CronField, text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const index = words.indexOf(text.toUpperCase());
  return index === -1 ? Number.NaN : index + min;
}
