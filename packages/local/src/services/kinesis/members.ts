import { optional, required, structure } from './input.ts';
import { integer, oneOf, text, textMap } from './values.ts';

/** Members that many operations share, with AWS's constraints. */

const namePattern = '[a-zA-Z0-9_.-]+';
const arnPattern = 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+';

export const streamName = text({ pattern: namePattern, min: 1, max: 128 });
export const streamArn = text({ pattern: arnPattern, min: 1, max: 2048 });
/** A stream by name, by ARN, or by both where they agree. */
export const streamReference = { StreamName: streamName, StreamARN: streamArn } as const;

export const shardId = text({ pattern: namePattern, min: 1, max: 128 });
export const hashKeyDecimal = text({ pattern: '0|([1-9]\\d{0,38})' });
export const sequenceNumber = text({ pattern: '0|([1-9]\\d{0,128})' });
export const partitionKey = required(text({ min: 1, max: 256 }));

/** The largest record of any stream; each stream has its own bound at or below it. */
export const recordKiBMax = 10_240;
export const maxRecordSizeInKiB = integer({ min: 1_024, max: recordKiBMax });

export const retentionPeriodHours = required(integer({ min: 1, max: 8_760 }));
export const tags = textMap({ max: 200 });
export const tagKey = text({ min: 1, max: 128 });

export const streamModeDetails = optional(structure({ StreamMode: required(oneOf(['PROVISIONED', 'ON_DEMAND'])) }));
