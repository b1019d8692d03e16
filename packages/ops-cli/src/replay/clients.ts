import { Tables } from '../aws/dynamodb.ts';
import { Kinesis } from '../aws/kinesis.ts';
import { Objects } from '../aws/s3.ts';
import { StepFunctions } from '../aws/states.ts';
import type { ClientSettings } from '../target.ts';

/** What the commands of runs call. */
export interface Clients {
  readonly tables: Tables;
  readonly kinesis: Kinesis;
  readonly objects: Objects;
  readonly states: StepFunctions;
}

/** Closes them when the work is done, so that the process can end. */
export async function withClients<Result>(
  settings: ClientSettings,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const clients = {
    tables: new Tables(settings),
    kinesis: new Kinesis(settings),
    objects: new Objects(settings),
    states: new StepFunctions(settings),
  };
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.close();
  }
}
