import * as v from 'valibot';
import type { SystemAlarmSettings } from '../config.ts';
import { isRecord, settings, value, wholeNumber } from './settings.ts';
import { timeSpan } from './time-span.ts';

const quarantinedMax = 1_000_000;

/** What is watched where nothing is said of it: a record that is set aside is worth a look, however few there are. */
const defaults: SystemAlarmSettings = { lagMs: 10 * 60_000, freshnessMs: 15 * 60_000, quarantined: 0 };

const written = settings({
  lag: v.exactOptional(orFalse(timeSpan('1m', '7d'))),
  freshness: v.exactOptional(orFalse(timeSpan('1m', '7d'))),
  quarantined: v.exactOptional(orFalse(wholeNumber('a number of records', 0, quarantinedMax))),
});

const all = value<boolean>(
  'a boolean',
  'true, false or { lag, freshness, quarantined }',
  (input) => typeof input === 'boolean',
);

/** Whether the source's own parts are watched, and from when on they are in trouble. False: they are not. */
export const systemAlarms: v.GenericSchema<unknown, SystemAlarmSettings | false> = v.lazy((input) =>
  isRecord(input)
    ? v.pipe(
        written,
        v.transform(
          ({ lag, freshness, quarantined }): SystemAlarmSettings => ({
            lagMs: lag ?? defaults.lagMs,
            freshnessMs: freshness ?? defaults.freshnessMs,
            quarantined: quarantined ?? defaults.quarantined,
          }),
        ),
      )
    : v.pipe(
        all,
        v.transform((isWatched) => isWatched && defaults),
      ),
);

/** A threshold, or false for none. */
function orFalse<T>(threshold: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T | false> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }): T | false => {
      if (dataset.value === false) return false;
      const result = v.safeParse(threshold, dataset.value);
      if (result.success) return result.output;
      addIssue({ message: `${result.issues[0].message}, or false` });
      return NEVER;
    }),
  );
}
