import * as v from 'valibot';
import { severities } from '../incidents/settings.ts';
import { isRecord, mistakeAt, notA, oneOf, settings, value, wholeNumber } from './settings.ts';
import { timeSpan } from './time-span.ts';

/** CloudWatch's alarms know others, too; these are what counters make sense in. */
export const periods = ['1m', '5m', '15m', '1h', '6h', '1d'] as const;
const statistics = ['sum', 'average', 'minimum', 'maximum', 'count'] as const;
const directions = ['below', 'above', 'both'] as const;
const conditions = ['above', 'below', 'missing', 'anomalous'] as const;
const alarmsMax = 50;

const threshold = value<number>(
  'a threshold',
  'a number',
  (input) => typeof input === 'number' && Number.isFinite(input),
);
const deviations = value<number>(
  'a number of standard deviations',
  'a number above 0, 10 at most',
  (input) => typeof input === 'number' && input > 0 && input <= 10,
);
const series = value<string>(
  'the name of a series',
  'the name of its events, 256 bytes at most',
  (input) => typeof input === 'string' && input !== '' && Buffer.byteLength(input) <= 256,
);
const name = value<string>(
  'a name of an alarm',
  'letters, digits, spaces and . _ -, 100 characters at most: the alarm is called by it',
  (input) => typeof input === 'string' && /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,98}[A-Za-z0-9])?$/.test(input),
);

const times = wholeNumber('a number of periods', 1, 10_080);
/** `3`, or 2 of the last 3: `{ datapoints: 2, of: 3 }`. */
const forPeriods: v.GenericSchema<unknown, { readonly datapoints: number; readonly of: number }> = v.lazy((input) =>
  isRecord(input)
    ? v.pipe(
        settings({ datapoints: times, of: times }),
        v.check(
          ({ datapoints, of }) => datapoints <= of,
          ({ input }) => `asks for ${input.datapoints} of ${input.of} periods; expected as many or fewer`,
        ),
      )
    : v.pipe(
        times,
        v.transform((each) => ({ datapoints: each, of: each })),
      ),
);

const entries = {
  series,
  above: v.exactOptional(threshold),
  below: v.exactOptional(threshold),
  missing: v.exactOptional(timeSpan('1m', '7d')),
  anomalous: v.exactOptional(deviations),
  direction: v.exactOptional(oneOf('a direction', directions)),
  per: v.exactOptional(oneOf('a period', periods)),
  for: v.exactOptional(forPeriods),
  measure: v.exactOptional(v.string((issue) => notA(issue.input, 'the name of a measure', 'one of the window'))),
  statistic: v.exactOptional(oneOf('a statistic', statistics)),
  severity: v.optional(oneOf('a severity', severities), 'high'),
  name: v.exactOptional(name),
};

const alarm = v.pipe(
  settings(entries),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const written = dataset.value;
    const given = conditions.filter((key) => written[key] !== undefined);
    if (given.length !== 1) {
      const which = given.length === 0 ? 'says of no condition when it turns on' : `has ${given.join(' and ')}`;
      addIssue({ message: `${which}; expected one of ${conditions.join(', ')}` });
    }
    const inVain = (key: keyof typeof written, reason: string) => {
      if (written[key] !== undefined) addIssue(mistakeAt([key], `cannot stand here: ${reason}`));
    };
    if (written.missing !== undefined) {
      for (const key of ['per', 'for'] as const) inVain(key, 'missing says for how long nothing comes');
      inVain('measure', 'nothing comes of a measure when no events do; leave it out');
    }
    if (written.anomalous === undefined) inVain('direction', 'only what is anomalous has one');
    if (written.measure === undefined) inVain('statistic', 'events are counted; it is of a measure');
  }),
);

/** One alarm as it is written. What it means depends on its source (alarms-of.ts). */
export type WrittenAlarm = v.InferOutput<typeof alarm>;

/** What a source is watched for. */
export const alarms: v.GenericSchema<unknown, readonly WrittenAlarm[]> = v.pipe(
  v.array(alarm, (issue) =>
    notA(issue.input, 'a list', "alarms such as { series: 'page view', below: 5, per: '1m', for: 3 }"),
  ),
  v.check(
    ({ length }) => length <= alarmsMax,
    ({ input }) => `holds ${input.length} alarms; expected ${alarmsMax} at most`,
  ),
);
