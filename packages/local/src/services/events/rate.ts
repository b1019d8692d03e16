import type { Schedule } from './schedule.ts';

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `5 minutes`: the first occurrence comes one period after the start. A text says what is wrong. */
export function parseRate(argument: string, plurals: 'strict' | 'any' = 'strict'): Schedule | string {
  const [, digits = '', unit = '', plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(argument) ?? [];
  const periodMs = Number(digits) * (unitMs[unit] ?? 0);
  if (periodMs === 0) return 'a whole number and minute, hour or day are needed, in the plural above 1';
  if (plurals === 'strict' && (digits === '1') !== (plural === ''))
    return `it is rate(1 ${unit}), and the plural above 1`;
  const passed = (atMs: number, startMs: number) => Math.floor((atMs - startMs) / periodMs);
  return {
    next: (afterMs, startMs) => startMs + (Math.max(0, passed(afterMs, startMs)) + 1) * periodMs,
    latest: (atMs, startMs) => {
      const periods = passed(atMs, startMs);
      return periods < 1 ? undefined : startMs + periods * periodMs;
    },
  };
}
