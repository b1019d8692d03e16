import * as v from 'valibot';
import type { Measure, WindowSettings } from '../config.ts';
import { windowSecondsMax } from '../limits.ts';
import { batchWindowSecondsDefault, batchWindowSecondsMax, functionEntries, withoutFixed } from './function.ts';
import { measures } from './measures.ts';
import { isRecord, settings, value } from './settings.ts';

/** A window as it is written: what it adds up beside how. */
export interface WrittenWindow {
  readonly measures: readonly Measure[];
  readonly settings: WindowSettings;
}

const seconds = value<number>(
  'a length of a window in seconds',
  `a whole number from 1 to ${windowSecondsMax}, the longest tumbling window that Lambda has`,
  isLength,
);

/** The function `window` and its event source mapping: what is gathered for longer than a window lasts comes late and saves nothing. */
export const window: v.GenericSchema<unknown, WrittenWindow> = v.lazy((input) => {
  const length = isRecord(input) && isLength(input.seconds) ? Number(input.seconds) : windowSecondsMax;
  const gathering = v.optional(batchWindow(length), Math.min(batchWindowSecondsDefault, length));
  return v.pipe(
    settings({ seconds, measures, ...functionEntries(512, gathering) }),
    v.transform(({ measures, ...settings }) => ({ measures, settings: withoutFixed(settings) })),
  );
});

function batchWindow(length: number): v.GenericSchema<number> {
  const longest = Math.min(batchWindowSecondsMax, length);
  const reason =
    longest < batchWindowSecondsMax
      ? ': a batch that is gathered for longer than a window only makes its rows late'
      : '';
  return value<number>(
    'a number of seconds',
    `a whole number from 0 to ${longest}${reason}`,
    (input) => Number.isInteger(input) && Number(input) >= 0 && Number(input) <= longest,
  );
}

function isLength(input: unknown): boolean {
  return Number.isInteger(input) && Number(input) >= 1 && Number(input) <= windowSecondsMax;
}
