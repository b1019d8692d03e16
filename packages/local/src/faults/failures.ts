import type { AwsFailure } from '../wire/failure.ts';

const throttling: Readonly<Record<string, AwsFailure>> = {
  dynamodb: {
    code: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message:
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  },
  kinesis: { code: 'ProvisionedThroughputExceededException', message: 'Rate exceeded for shard' },
  s3: { code: 'SlowDown', message: 'Please reduce your request rate.', status: 503 },
  lambda: { code: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 },
  pipes: { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 },
  scheduler: { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 },
  sns: { code: 'Throttled', message: 'Rate exceeded', status: 429 },
};

const internal: Readonly<Record<string, AwsFailure>> = {
  dynamodb: {
    code: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: 'Internal server error',
    status: 500,
  },
  kinesis: { code: 'InternalFailure', message: 'Internal failure', status: 500 },
  s3: { code: 'InternalError', message: 'We encountered an internal error. Please try again.', status: 500 },
  lambda: { code: 'ServiceException', message: 'Service error', status: 500 },
  pipes: { code: 'InternalException', message: 'Internal error', status: 500 },
  scheduler: { code: 'InternalServerException', message: 'Internal error', status: 500 },
  sns: { code: 'InternalError', message: 'Internal error', status: 500 },
  monitoring: { code: 'InternalServiceFault', message: 'Internal service fault', status: 500 },
};

/** How the service says that it gets too many calls. */
export function throttlingOf(service: string): AwsFailure {
  return throttling[service] ?? { code: 'ThrottlingException', message: 'Rate exceeded' };
}

/** How the service says that it failed. */
export function internalFailureOf(service: string): AwsFailure {
  return internal[service] ?? { code: 'InternalFailure', message: 'Internal failure', status: 500 };
}
