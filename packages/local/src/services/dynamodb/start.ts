import type { Service } from '../../gateway/service.ts';
import type { Shutdown } from '../../shutdown.ts';
import { type DynamoDbServerOptions, startDynamoDbServer } from './server.ts';
import { type DynamoDbOptions, dynamoDbService } from './service.ts';

export interface DynamoDbStart extends Omit<DynamoDbServerOptions, 'signal'>, Omit<DynamoDbOptions, 'port'> {
  readonly shutdown: Shutdown;
  /** The server ended that should run. */
  readonly onFailed: (error: Error) => void;
}

/**
 * Gives the service at once; its calls wait until the server answers, so that everything else starts meanwhile. A server
 * that cannot start fails the first call.
 */
export function startDynamoDb({ shutdown, onFailed, region, onConsumed, ...server }: DynamoDbStart): Service {
  const stopping = new AbortController();
  const starting = startDynamoDbServer({ ...server, signal: stopping.signal });
  const port = starting.then((started) => started.port);
  starting.then(
    async ({ ended }) => {
      await ended;
      if (!stopping.signal.aborted) onFailed(new Error('DynamoDB Local ended, and with it the tables'));
    },
    // Told by the first call that waits for it.
    () => {},
  );
  port.catch(() => {});
  shutdown.add(async () => {
    stopping.abort();
    await starting.then(
      (started) => started.stop(),
      () => {},
    );
  });
  const service = dynamoDbService({ port, region, onConsumed });
  shutdown.add(async () => service.close());
  return service;
}
