import { evaluate } from './evaluate.ts';
import type { Statement } from './statement.ts';

/** A statement of a resource's policy that lets services of AWS do something with it. */
export interface ServiceStatement {
  /** `events.amazonaws.com` */
  readonly principals: readonly string[];
  readonly statement: Statement;
}

export interface ServiceAccess {
  /** Of what the service wants to use. */
  readonly resourceArn: string;
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly principal: string;
  /** On behalf of which resource. */
  readonly sourceArn: string;
}

/** Whether the statements let a service do that. */
export function allowsService(
  statements: readonly ServiceStatement[],
  { resourceArn, action, principal, sourceArn }: ServiceAccess,
): boolean {
  const own = statements.filter(({ principals }) => principals.includes(principal)).map(({ statement }) => statement);
  const context = { 'aws:SourceArn': [sourceArn], 'aws:SourceAccount': [sourceArn.split(':')[4] ?? ''] };
  return evaluate(own, { action, resource: resourceArn, context }) === 'allowed';
}
