import type { IncidentEffect } from '@tidemark/core/incidents/steps';
import type { CloudWatchReading } from '../aws/cloudwatch-reading.ts';
import type { DynamoDB } from '../aws/dynamodb.ts';
import type { DynamoDBBatches } from '../aws/dynamodb-batches.ts';
import type { Executions } from '../aws/executions.ts';
import type { Sns } from '../aws/sns.ts';
import type { TaskTokens } from '../aws/task-tokens.ts';
import type { IncidentsEnvironment } from './env.ts';
import type { CurrentHolds } from './holds.ts';
import type { IncidentTable } from './incident-table.ts';
import type { KnownStage } from './known-stage.ts';
import type { Outbox } from './outbox.ts';

/** What every operation works with. */
export interface Invocation {
  readonly stage: KnownStage;
  readonly environment: IncidentsEnvironment;
  readonly table: IncidentTable;
  readonly outbox: Outbox;
  readonly holds: CurrentHolds;
  readonly dynamodb: DynamoDB;
  readonly batches: DynamoDBBatches;
  readonly executions: Executions;
  readonly tokens: TaskTokens;
  readonly sns: Sns;
  readonly cloudwatch: CloudWatchReading;
  /** When the invocation began, milliseconds since the epoch. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Notes what the operation went without. */
  warn(message: string, error: unknown): void;
}

/** One invocation of one operation. */
export interface Step<Call> extends Invocation {
  readonly call: Call;
}

/** What follows from what was written. Whoever dies before it is followed up by the next to look at the incident. */
export async function perform(
  { executions, tokens, signal }: Pick<Invocation, 'executions' | 'tokens' | 'signal'>,
  effects: readonly IncidentEffect[],
): Promise<void> {
  for (const effect of effects) {
    if (effect.kind === 'wake') await tokens.succeed(effect.token, signal);
    else await executions.start(effect.name, effect.input, signal);
  }
}
