import type { InvokeHeader } from '../frame.ts';

/** The context object that Lambda's nodejs24.x runtime hands to a handler. */
export function createContext(header: InvokeHeader): object {
  const startedAt = performance.now();
  const environment = process.env;
  return {
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: header.invokedFunctionArn,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: header.requestId,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext:
      header.clientContext === undefined
        ? undefined
        : JSON.parse(Buffer.from(header.clientContext, 'base64').toString('utf8')),
    identity: undefined,
    getRemainingTimeInMillis: () => Math.round(header.timeoutMs - (performance.now() - startedAt)),
  };
}
