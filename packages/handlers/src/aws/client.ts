import { requestsInParallel } from '../parallel.ts';

/**
 * What all clients have in common. Every request is also stopped by its invocation's deadline (deadline.ts).
 *
 * Attempts: the SDK's standard mode, six of them with full jitter, waits of at most 0.1 s doubling to 1.6 s (throttled:
 * 0.5 s to 8 s) between them, and a budget of 100 retries that successes refill, so that a service in trouble is not
 * stormed. Adaptive mode is not used: after one throttled write it holds back all the others of the batch, while the
 * shard waits anyway and Lambda retries the batch.
 */
export const clientSettings = {
  maxAttempts: 6,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 5000,
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: requestsInParallel },
    httpAgent: { keepAlive: true, maxSockets: requestsInParallel },
  },
} as const;
