import { Tables } from '../aws/dynamodb.ts';
import { Objects } from '../aws/s3.ts';
import type { ClientSettings } from '../target.ts';

/** What reads the quarantine. */
export interface QuarantineClients {
  readonly tables: Tables;
  readonly objects: Objects;
}

/** Runs `work` and closes what it worked with. */
export async function withQuarantine<Result>(
  settings: ClientSettings,
  work: (clients: QuarantineClients) => Promise<Result>,
): Promise<Result> {
  const clients = { tables: new Tables(settings), objects: new Objects(settings) };
  try {
    return await work(clients);
  } finally {
    clients.tables.close();
    clients.objects.close();
  }
}
