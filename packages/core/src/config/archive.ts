import * as v from 'valibot';
import type { ArchiveSettings } from '../config.ts';
import type { FunctionDefaults } from './function.ts';
import { batchWindowSecondsMax, functionEntries, withoutFixed } from './function.ts';
import { mistakeAt, settings, wholeNumber } from './settings.ts';

/** A batch of 6 MB takes up to 175 MB of memory, read, gathered and compressed: into 128 MB it would not fit. */
const defaults: FunctionDefaults = { memoryMb: 256, memoryMbMin: 256, timeoutSeconds: 60 };

/** Nobody waits for the archive, and every batch pays for an object of its own: as much is gathered as Lambda gathers. */
const batchWindow = v.optional(wholeNumber('a number of seconds', 0, batchWindowSecondsMax), batchWindowSecondsMax);

const coldAfterDaysDefault = 30;
const days = wholeNumber('a number of days', 1, 36_500);

/** The function `archive` with its event source mapping, and what becomes of its objects. */
export const archive: v.GenericSchema<unknown, ArchiveSettings> = v.pipe(
  settings({
    coldAfterDays: v.exactOptional(days),
    expireAfterDays: v.exactOptional(days),
    ...functionEntries(defaults, batchWindow),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { coldAfterDays, expireAfterDays } = dataset.value;
    if (coldAfterDays === undefined || expireAfterDays === undefined || coldAfterDays < expireAfterDays) return;
    const expected = `expected more than coldAfterDays, which is ${coldAfterDays}`;
    addIssue(mistakeAt(['expireAfterDays'], `${expireAfterDays} is too few; ${expected}`));
  }),
  v.transform(({ coldAfterDays = coldAfterDaysDefault, ...rest }) => {
    const settings = withoutFixed(rest);
    const { expireAfterDays = Number.POSITIVE_INFINITY } = settings;
    // What is gone before it would move is not moved.
    return coldAfterDays < expireAfterDays ? { coldAfterDays, ...settings } : settings;
  }),
);
