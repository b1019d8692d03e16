/** A number as CloudWatch writes it: `5.0`, `38.395433048854194`, `1.0E7`. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `2026-11-02T09:00:00.000+0000` */
export function stampText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+0000');
}

/** `02/11/26 09:00:00` */
export function dayText(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

/** `Monday 02 November, 2026 09:00:00 UTC` */
export function longText(timeMs: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'long', day: '2-digit', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: 'UTC' },
  }).formatToParts(timeMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value;
  const time = [part('hour'), part('minute'), part('second')].join(':');
  return `${part('weekday')} ${part('day')} ${part('month')}, ${part('year')} ${time} UTC`;
}

/** `1 missing datapoint was`, `2 missing datapoints were` */
export function counted(count: number, noun: string): string {
  return count === 1 ? `${count} ${noun} was` : `${count} ${noun}s were`;
}

/** JSON whose numbers are written as above, but for those at `wholeNumbers`. Members that are undefined are left out. */
export function jsonText(value: unknown, wholeNumbers: ReadonlySet<string>): string {
  return write(value, '', wholeNumbers);
}

function write(value: unknown, name: string, wholeNumbers: ReadonlySet<string>): string {
  if (typeof value === 'number') return wholeNumbers.has(name) ? String(value) : numberText(value);
  if (Array.isArray(value)) return `[${value.map((each) => write(each, name, wholeNumbers)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${write(each, key, wholeNumbers)}`).join(',')}}`;
}
