import { evaluate } from '../iam/evaluate.ts';
import type { Statement } from '../iam/statement.ts';

/** A statement of a queue's policy that lets services of AWS send to it. */
export interface QueueStatement {
  /** `events.amazonaws.com` */
  readonly principals: readonly string[];
  readonly statement: Statement;
}

export interface QueueAccess {
  readonly queueArn: string;
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly principal: string;
  /** On behalf of which resource. */
  readonly sourceArn: string;
}

/** The queues' policies: which services of AWS may send to them. Functions and other roles need none in their own account. */
export class QueuePolicies {
  readonly #byQueue = new Map<string, QueueStatement[]>();

  add(queueName: string, statements: readonly QueueStatement[]): void {
    this.#byQueue.set(queueName, [...(this.#byQueue.get(queueName) ?? []), ...statements]);
  }

  allows({ queueArn, action, principal, sourceArn }: QueueAccess): boolean {
    const queueName = queueArn.split(':').at(-1) ?? '';
    const statements = (this.#byQueue.get(queueName) ?? [])
      .filter(({ principals }) => principals.includes(principal))
      .map(({ statement }) => statement);
    const context = { 'aws:SourceArn': [sourceArn], 'aws:SourceAccount': [sourceArn.split(':')[4] ?? ''] };
    return evaluate(statements, { action, resource: queueArn, context }) === 'allowed';
  }
}
