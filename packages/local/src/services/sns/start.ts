import type { Shutdown } from '../../shutdown.ts';
import { type Operation, rpcService } from '../../wire/rpc.ts';
import type { Services } from '../services.ts';
import { subscriptionOperations } from './operations.ts';
import { publish, publishBatch } from './publish.ts';
import { Topics, type TopicsOptions } from './topics.ts';

export interface StartSnsOptions extends TopicsOptions {
  readonly services: Pick<Services, 'byName'>;
  readonly account: string;
  readonly shutdown: Shutdown;
}

/** SNS with its API, without topics yet. */
export function startSns(options: StartSnsOptions): Topics {
  const { services, clock, account, shutdown } = options;
  const topics = new Topics(options);
  shutdown.add(async () => topics.close());
  const operations: Record<string, Operation> = {
    Publish: (input) => publish(topics, input, clock.now()),
    PublishBatch: (input) => publishBatch(topics, input, clock.now()),
    ...subscriptionOperations(topics, account),
  };
  services.byName.set(
    'sns',
    rpcService({ name: 'SNS', xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/', operations }),
  );
  return topics;
}
