import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A silence that is forgotten hides what goes wrong. Milliseconds. */
export const silenceMsMax = 30 * 86_400_000;

/** Parser of `45m`, `2h`, `3d`: milliseconds. */
export function parseLength(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? 0);
  if (ms > 0 && ms <= silenceMsMax) return ms;
  throw new InvalidArgumentError('Expected minutes, hours or days such as 45m, 2h or 3d, 30d at most.');
}

/** Parser of an option that may be given several times. */
export function severalTexts(text: string, before: readonly string[] = []): readonly string[] {
  if (text.trim() === '' || text === '*' || text.slice(0, -1).includes('*'))
    throw new InvalidArgumentError('Expected a name, or the beginning of one and then *.');
  return [...before, text];
}
