/** Every bound in one place: what a producer, a batch and an item may be at most. Sources: AWS's published quotas and our own arithmetic. */

/**
 * Bytes of one record. Kinesis takes 1 MiB unless the stream's maximum is raised, by UpdateMaxRecordSize, to 10 MiB at most (Kinesis
 * API reference: `Record.Data` has at most 10,485,760 bytes). Lambda hands over 6 MB of base64, so that what is above 4.5 MB
 * goes to the on-failure destination and is read from there.
 */
export const recordBytesMax = 10 * 1024 * 1024;
/** Bytes that one gzip record may expand to: as many as a plain record may have, so that compression decides nothing. */
export const gzipExpandedBytesMax = 10 * 1024 * 1024;
/**
 * Bytes that all the gzip records of one KPL aggregate may expand to together. 1 MB holds a hundred bombs of 10 KB, which took a core
 * 9 s to read: with little memory, and so little of a core, one such record would outlast every invocation and hold its shard for ever.
 */
export const aggregateExpandedBytesMax = 32 * 1024 * 1024;
/** How deep a JSON event may nest. */
export const nestingDepthMax = 64;
/** UTF-8 bytes of an event name: percent-encoded (threefold) it still fits CloudWatch's 1,024-character dimension value. */
export const nameBytesMax = 256;
/** User records in one KPL aggregate. */
export const aggregateRecordsMax = 100_000;
/**
 * The largest magnitude of a measure. CloudWatch takes 2^360 (2.3e108), DynamoDB 9.9e125: ten million such numbers still add up to less.
 */
export const measureMagnitudeMax = 1e100;
/** A measure nearer to 0 than this is read as 0: DynamoDB refuses below 1e-130, and what a sum rounds off stays above that. */
export const measureMagnitudeMin = 1e-100;
/** Measures of a source. CloudWatch charges for one custom metric a measure and name. */
export const measuresMax = 10;
/** The longest tumbling window that Lambda takes, in seconds. */
export const windowSecondsMax = 900;
/** Lambda ends a window early whose state exceeds 1 MB; names are flushed before it comes near. Bytes of JSON, as estimated. */
export const windowStateBytesMax = 700_000;
/** An event may be this far ahead of its arrival, in milliseconds. CloudWatch takes data up to two hours ahead. */
export const aheadOfArrivalMsMax = 2 * 60 * 60 * 1000;
/**
 * How much earlier than a record before it on its shard a record may have arrived, as the archive reckons, in milliseconds. Kinesis promises nothing
 * of it; milliseconds are what is seen, and all that an hour costs is a day more to read where a range begins just after midnight.
 */
export const arrivalDisorderMsMax = 60 * 60 * 1000;
/** The most series a source may admit: 1,000 names of 256 bytes stay below DynamoDB's 400 KB item. */
export const maxSeriesLimit = 1000;
/** How long a reader may use remembered decisions (floors, caps) before it reads them again, in milliseconds. */
export const decisionsCacheMs = 60_000;
/** CloudWatch refuses data older than two weeks, in milliseconds. */
export const publishAgeMsMax = 14 * 24 * 60 * 60 * 1000;
/** Kept from both ends of what CloudWatch takes: for unlike clocks and the time that a call and its retries take. Milliseconds. */
export const publishMarginMs = 60 * 1000;
/** Metrics in one PutMetricData call. */
export const metricsPerCallMax = 1000;
/** CloudWatch takes 1 MB a call; 10 KB are left for what surrounds the data. Bytes, uncompressed. */
export const metricBytesPerCallMax = 990_000;
/** The longest that Lambda lets an invocation run, and so the longest that one of its writes may be under way, in milliseconds. */
export const invocationMsMax = 15 * 60 * 1000;
/**
 * The shortest timeout of a function, in seconds: room for two attempts of a request that each wait in vain (6 s), and for the second
 * before the timeout at which every request is stopped.
 */
export const timeoutSecondsMin = 15;
/** Bytes of records a second that a recount reads of a shard at most: half of what a shard gives to all who share it, the other half is left for live counting. */
export const recountBytesPerSecondMax = 1_000_000;
