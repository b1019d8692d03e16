/**
 * AWS's list prices in dollars, us-east-1, as of November 2026, without free tiers and discounts. Whoever wants the bill of another
 * region changes this file.
 */
export const prices = {
  kinesisStreamHour: 0.04,
  kinesisGbIn: 0.08,
  kinesisGbOut: 0.04,
  lambdaMillionRequests: 0.2,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  dynamoDbMillionWriteUnits: 0.625,
  dynamoDbMillionReadUnits: 0.125,
  cloudWatchMetricMonth: 0.3,
  cloudWatchThousandPutMetricData: 0.01,
  cloudWatchLogsGbIn: 0.5,
  pipesMillionRequests: 0.4,
  /** Of a standard workflow. */
  stepFunctionsThousandTransitions: 0.025,
  s3MillionGets: 0.4,
  /** PUT and LIST. */
  s3ThousandPuts: 0.005,
} as const;

/** AWS's month for what is billed by the month. */
export const hoursAMonth = 730;

/** AWS bills by 2^30 bytes. */
export const gigabyte = 2 ** 30;
