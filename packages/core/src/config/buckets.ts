import * as v from 'valibot';
import { type BucketSize, bucketMs, bucketSizes } from '../series/bucket.ts';
import { mistakeAt, oneOf, show } from './settings.ts';

const bucketsExpected = `at least one of ${bucketSizes.join(', ')}`;

/** Smallest first. None at all is no mistake beside a window. */
export const bucketsOrNone: v.GenericSchema<unknown, readonly BucketSize[]> = v.pipe(
  v.array(
    oneOf('a bucket size', bucketSizes),
    (issue) => `${show(issue.input)} is not a list of bucket sizes; expected ${bucketsExpected}`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    input.forEach((size, key) => {
      if (input.indexOf(size) === key) return;
      addIssue(mistakeAt([key], `${show(size)} stands there twice; expected each bucket size once`));
    });
  }),
  v.transform((sizes) => [...sizes].sort((left, right) => bucketMs[left] - bucketMs[right])),
);

export const buckets: v.GenericSchema<unknown, readonly BucketSize[]> = v.pipe(
  bucketsOrNone,
  v.minLength(1, `[] names no bucket size; expected ${bucketsExpected}, or a window beside it`),
);
