import type { IncidentItem } from './items.ts';

/** Text that every channel can carry: letters without their marks, and a question mark for what else is not ASCII. */
export function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^ -~]/gu, '?')
    .trim();
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

/** A number as people read it: `1,234.5`, `1.235e+20`; at most 12 characters. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e9)) return value.toPrecision(4);
  return value.toLocaleString('en-US', { maximumFractionDigits: size < 1 ? 5 : size < 1000 ? 2 : 0 });
}

/** `2, 3 below the threshold of 5`; undefined where CloudWatch has not said. */
export function measured({ Summary: { Value, Threshold } }: IncidentItem): string | undefined {
  if (Value === undefined)
    return Threshold === undefined ? undefined : `no data; the threshold is ${figure(Threshold)}`;
  if (Threshold === undefined) return figure(Value);
  const apart = Math.abs(Value - Threshold);
  const where = apart === 0 ? 'at' : `${figure(apart)} ${Value < Threshold ? 'below' : 'above'}`;
  return `${figure(Value)}, ${where} the threshold of ${figure(Threshold)}`;
}
