import type { FilterPolicy } from './filter-policy.ts';
import type { Protocol } from './protocol.ts';

export interface Topic {
  readonly arn: string;
  readonly name: string;
  /** Text messages begin with it. */
  readonly displayName: string;
  readonly kmsMasterKeyId: string | undefined;
  readonly signatureVersion: '1' | '2';
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly rawMessageDelivery: boolean;
  readonly filterPolicy: FilterPolicy | undefined;
  /** The queue that takes what the endpoint did not. */
  readonly deadLetterArn: string | undefined;
  /** Undefined once it is confirmed; nothing is delivered before. */
  readonly token: string | undefined;
}
