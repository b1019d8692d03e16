import * as v from 'valibot';
import type { Measure, WindowSettings } from '../config.ts';
import { windowSecondsMax } from '../limits.ts';
import type { FunctionDefaults } from './function.ts';
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

/**
 * Records are read again at the 2 MB a second that a shard gives all its readers, and a stretch without records at some minutes of it an answer. What
 * takes longer than the timeout would be tried for ever: so the function has all the time that Lambda gives. Into 128 MB neither the end of a
 * window of a thousand names would fit nor a page of what is read again.
 */
const defaults: FunctionDefaults = { memoryMb: 512, memoryMbMin: 256, timeoutSeconds: 900 };

/** The function `window` and its event source mapping: what is gathered for longer than a window lasts comes late and saves nothing. */
export const window: v.GenericSchema<unknown, WrittenWindow> = v.lazy((input) => {
  const length = isRecord(input) && isLength(input.seconds) ? Number(input.seconds) : windowSecondsMax;
  const gathering = v.optional(batchWindow(length), Math.min(batchWindowSecondsDefault, length));
  return v.pipe(
    settings({ seconds, measures, ...functionEntries(defaults, gathering) }),
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
