/** US dollars, us-east-1. The bill of a region or an agreement may differ; what is shown is said to be an estimate. */
export const pricesOf = 'prices of us-east-1, November 2026';

export const prices = {
  /** EventBridge Pipes, a request: 64 KB of a batch. */
  pipeRequest: 0.4 / 1e6,
  /** Lambda on arm64, a call and a GB-second. */
  lambdaCall: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  /** DynamoDB on demand, a unit. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** Kinesis on demand, a gigabyte read. A provisioned stream is read for nothing. */
  kinesisGbOut: 0.04,
  /** Step Functions, a state's transition. */
  transition: 0.025 / 1e3,
  /** S3, a GET and a LIST. */
  s3Get: 0.4 / 1e6,
  s3List: 5 / 1e6,
} as const;
