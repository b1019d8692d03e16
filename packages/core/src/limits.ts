/** Every bound in one place: what a producer, a batch and an item may be at most. Sources: AWS's published quotas and our own arithmetic. */

/** Kinesis takes at most 10 MiB a record since October 2025; ESMs hand over at most 6 MB. Larger payloads are malformed. Bytes. */
export const recordBytesMax = 1024 * 1024;
/** What one gzip record may expand to, in bytes: eight times the largest plain record. */
export const gzipExpandedBytesMax = 8 * 1024 * 1024;
/** How deep a JSON event may nest. */
export const nestingDepthMax = 64;
/** UTF-8 bytes of an event name: percent-encoded (threefold) it still fits CloudWatch's 1,024-character dimension value. */
export const nameBytesMax = 256;
/** User records in one KPL aggregate. */
export const aggregateRecordsMax = 100_000;
/** An event may be this far ahead of its arrival, in milliseconds. CloudWatch takes data up to two hours ahead. */
export const aheadOfArrivalMsMax = 2 * 60 * 60 * 1000;
/** The most series a source may admit: 1,000 names of 256 bytes stay below DynamoDB's 400 KB item. */
export const maxSeriesLimit = 1000;
/** How long a reader may use remembered decisions (floors, caps) before it reads them again, in milliseconds. */
export const decisionsCacheMs = 60_000;
/** CloudWatch refuses data older than two weeks, in milliseconds. */
export const publishAgeMsMax = 14 * 24 * 60 * 60 * 1000;
/** Metrics in one PutMetricData call. */
export const metricsPerCallMax = 1000;
