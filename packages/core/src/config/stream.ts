import * as v from 'valibot';
import type { StreamSettings } from '../config.ts';
import { encryption, isKeyArn } from './encryption.ts';
import { isRecord, settings, value, wholeNumber } from './settings.ts';

const retentionHoursDefault = 24;

/** A stream that is made with the stack; `shards` absent: on demand. The quota of an account may lie below 10,000. */
const made = settings({
  shards: v.exactOptional(wholeNumber('a number of shards', 1, 10_000)),
  retentionHours: v.optional(wholeNumber('a number of hours', 24, 8760), retentionHoursDefault),
  encryption: v.optional(encryption(['aws', 'none']), 'aws'),
});

const streamArn = /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[\w.-]{1,128}$/;

const existing = v.pipe(
  settings(
    {
      arn: value<string>(
        'the ARN of a Kinesis stream',
        'one such as arn:aws:kinesis:eu-west-1:123456789012:stream/web',
        (input) => typeof input === 'string' && streamArn.test(input),
      ),
      encryption: v.exactOptional(
        value<string>('a KMS key', 'the ARN of your own key that encrypts the stream, or none of this key', isKeyArn),
      ),
    },
    {
      shards: 'cannot stand beside arn: an existing stream keeps its own shards',
      retentionHours: 'cannot stand beside arn: an existing stream keeps its own retention',
    },
  ),
  v.transform(({ arn, encryption = 'aws' }) => ({ arn, encryption, retentionHours: retentionHoursDefault })),
);

export const stream: v.GenericSchema<unknown, StreamSettings> = v.lazy((input) =>
  isRecord(input) && input.arn !== undefined ? existing : made,
);
