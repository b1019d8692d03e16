import * as v from 'valibot';
import type { SourceSettings } from '../config.ts';
import { maxSeriesLimit } from '../limits.ts';
import { type BucketSize, bucketMs, bucketSizes } from '../series/bucket.ts';
import { access } from './access.ts';
import { event, laterRevisions } from './event.ts';
import { functionSettings } from './function.ts';
import { oneOf, settings, show, wholeNumber } from './settings.ts';
import { stream } from './stream.ts';
import { table } from './table.ts';

const bucketsExpected = `at least one of ${bucketSizes.join(', ')}`;

const buckets: v.GenericSchema<unknown, readonly BucketSize[]> = v.pipe(
  v.array(
    oneOf('a bucket size', bucketSizes),
    (issue) => `${show(issue.input)} is not a list of bucket sizes; expected ${bucketsExpected}`,
  ),
  v.minLength(1, `[] names no bucket size; expected ${bucketsExpected}`),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    input.forEach((size, key) => {
      if (input.indexOf(size) === key) return;
      addIssue({
        message: `${show(size)} stands there twice; expected each bucket size once`,
        path: [{ type: 'array', origin: 'value', input, key, value: size }],
      });
    });
  }),
  v.transform((sizes) => [...sizes].sort((left, right) => bucketMs[left] - bucketMs[right])),
);

const later = 'is not available in this version of Tidemark; remove it';

/** Words of the configuration that a later version will know: whoever writes them must not believe that they work. */
const laterKeys = {
  window: `${later}, tumbling windows are not counted yet`,
  retention: `${later}, counters are kept without end`,
  alarms: `${later}, and set alarms on the metric EventCount in CloudWatch meanwhile`,
};

/** A source without its name, every default filled in. */
export const source: v.GenericSchema<unknown, Omit<SourceSettings, 'name'>> = v.pipe(
  settings(
    {
      event,
      revisions: v.optional(laterRevisions, []),
      buckets: v.optional(buckets, ['1m', '1h']),
      maxSeries: v.optional(wholeNumber('a number of series', 1, maxSeriesLimit), 200),
      stream: v.optional(stream, {}),
      table: v.optional(table, {}),
      count: v.optional(functionSettings(512), {}),
      publish: v.optional(functionSettings(256), {}),
      access: v.optional(access, {}),
    },
    laterKeys,
  ),
  v.transform(({ event, revisions, ...rest }) => ({ ...rest, revisions: [{ fromMs: 0, event }, ...revisions] })),
);
