import { Tables } from '../aws/dynamodb.ts';
import { StepFunctions } from '../aws/states.ts';
import type { ClientSettings } from '../target.ts';

/** What the commands of incidents call. */
export interface IncidentClients {
  readonly tables: Tables;
  readonly states: StepFunctions;
}

/** Closes them when the work is done, so that the process can end. */
export async function withIncidentClients<Result>(
  settings: ClientSettings,
  work: (clients: IncidentClients) => Promise<Result>,
): Promise<Result> {
  const clients = { tables: new Tables(settings), states: new StepFunctions(settings) };
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.close();
  }
}
