import { allowsService, type ServiceAccess, type ServiceStatement } from '../iam/service-policy.ts';

export interface QueueAccess extends Omit<ServiceAccess, 'resourceArn'> {
  readonly queueArn: string;
}

/** The queues' policies: which services of AWS may send to them. Functions and other roles need none in their own account. */
export class QueuePolicies {
  readonly #byQueue = new Map<string, ServiceStatement[]>();

  add(queueName: string, statements: readonly ServiceStatement[]): void {
    this.#byQueue.set(queueName, [...(this.#byQueue.get(queueName) ?? []), ...statements]);
  }

  allows({ queueArn, ...access }: QueueAccess): boolean {
    const statements = this.#byQueue.get(queueArn.split(':').at(-1) ?? '') ?? [];
    return allowsService(statements, { ...access, resourceArn: queueArn });
  }
}
