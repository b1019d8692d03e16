import type { AwsRequest } from '../../gateway/service.ts';

/** Where calls are made: what a request alone does not tell. */
export interface Place {
  readonly region: string;
  readonly account: string;
  /** The name of a table's partition key; undefined for a table that the engine does not know. */
  readonly partitionKeyOf: (tableName: string) => string | undefined;
  /** The ARN of the state machine whose task waits for a token; undefined for a token that none waits for. */
  readonly machineOfToken: (taskToken: string) => string | undefined;
}

/** Functions speak JSON to these services; anything else has no members to see, and no permission to match them. */
export function inputOf(request: Pick<AwsRequest, 'body'>): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
