import { type IncidentItem, stagePartition } from './items.ts';

/** On one line, without what cannot be seen, moves a cursor or turns the direction of text: it may come from whoever sends events. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
}

/** Letters that are no others with a mark, and what people type for quotes and dashes. */
const spelled: Readonly<Record<string, string>> = {
  ...{
    ß: 'ss',
    ẞ: 'SS',
    æ: 'ae',
    Æ: 'AE',
    œ: 'oe',
    Œ: 'OE',
    ø: 'o',
    Ø: 'O',
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    þ: 'th',
    ı: 'i',
  },
  ...{ '‘': "'", '’': "'", '“': '"', '”': '"', '–': '-', '—': '-', '−': '-', '€': 'EUR' },
};

/** Text that every channel can carry: letters without their marks, and a question mark for what else is not ASCII. */
export function ascii(text: string): string {
  return oneLine(text)
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^ -~]/gu, (character) => spelled[character] ?? '?');
}

const ofTelephones: Readonly<Record<string, string>> = {
  ...{ '`': "'", '^': "'", '~': '-', '|': '/', '\\': '/' },
  ...{ '{': '(', '}': ')', '[': '(', ']': ')' },
};

/** ASCII of which each character is one of a text message: of the few others one alone would make every character of it take two or more. */
export function ofTelephone(text: string): string {
  return ascii(text).replaceAll(/[`^~|\\{}[\]]/g, (character) => ofTelephones[character] ?? '?');
}

/** At most so many characters, with dots where some are left out. */
export function shortened(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, Math.max(0, charactersMax - 3)).trimEnd()}...`;
}

/** `2026-11-20 09:10 UTC`. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `09:10 UTC`. */
export function timeOfDay(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 16)} UTC`;
}

/** `Fri 10:10 in Berlin`: what clocks show there. Undefined without a zone, and for UTC itself. `zone`: its name of IANA. */
export function placeTime(ms: number, zone: string | undefined): string | undefined {
  if (zone === undefined || /^(Etc\/)?(UTC|UCT|Universal|Zulu|GMT)$/.test(zone)) return undefined;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const place = zone.split('/').at(-1)?.replaceAll('_', ' ');
  return `${part.weekday} ${part.hour}:${part.minute} in ${place}`;
}

/** `2026-11-20 09:10 UTC, Fri 10:10 in Berlin` */
export function instantIn(ms: number, zone: string | undefined): string {
  return [instant(ms), placeTime(ms, zone) ?? []].flat().join(', ');
}

/** `less than a minute`, `1 minute`, `2 hours 5 minutes`, `3 days`: the two largest units. */
export function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  const units = [
    [Math.floor(minutes / 1_440), 'day'],
    [Math.floor(minutes / 60) % 24, 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  return units
    .slice(first, first + 2)
    .flatMap(([count, unit]) => (count === 0 ? [] : [counted(count, unit)]))
    .join(' ');
}

export function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** By the digits after the point. Made when they are needed: they take longer than the whole page that acknowledges. */
const formats = new Map<number, Intl.NumberFormat>();

function formatOf(maximumFractionDigits: number): Intl.NumberFormat {
  const format = formats.get(maximumFractionDigits) ?? new Intl.NumberFormat('en-US', { maximumFractionDigits });
  formats.set(maximumFractionDigits, format);
  return format;
}

/** `source web`, or `the stage` for what belongs to no source. */
export function ofWhat(source: string): string {
  return source === stagePartition ? 'the stage' : `source ${source}`;
}

/** A number as people read it: `1,234.5`, `1.235e+20`; at most 12 characters. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e9)) return value.toPrecision(4);
  return formatOf(size < 1 ? 5 : size < 1000 ? 2 : 0).format(value);
}

/** `2, which is 3 below the threshold of 5`; undefined where CloudWatch has not said. */
export function measured({ Summary: { Value, Threshold } }: IncidentItem): string | undefined {
  if (Value === undefined)
    return Threshold === undefined ? undefined : `no data; the threshold is ${figure(Threshold)}`;
  if (Threshold === undefined) return figure(Value);
  const apart = Math.abs(Value - Threshold);
  const side = Value < Threshold ? 'below' : 'above';
  const where = apart === 0 ? 'at' : Threshold === 0 ? side : `${figure(apart)} ${side}`;
  return `${figure(Value)}, which is ${where} the threshold of ${figure(Threshold)}`;
}
