import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';

/** What runs in an instance's thread: loads the bundle, then answers invocations. */
const { url }: { url: string } = workerData;
const { handler }: { handler: (event: unknown, context: Context) => Promise<unknown> } = await import(url);

parentPort?.on('message', async ({ id, event, remainingMs }: { id: number; event: unknown; remainingMs: number }) => {
  const endsMs = Date.now() + remainingMs;
  const context: Context = {
    awsRequestId: crypto.randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'tidemark-test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tidemark-test',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/tidemark-test',
    logStreamName: 'test',
    getRemainingTimeInMillis: () => endsMs - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
  try {
    const answer = await handler(event, context);
    parentPort?.postMessage({ id, leftMs: endsMs - Date.now(), answer });
  } catch (error) {
    // A name of its own does not come through with the error.
    const errorName = error instanceof Error ? error.name : undefined;
    parentPort?.postMessage({ id, leftMs: endsMs - Date.now(), error, errorName });
  }
});
parentPort?.postMessage({ id: 0, leftMs: 0 });
