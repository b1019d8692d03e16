import {
  type EventSourceMappingConfiguration,
  LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import type { ClientSettings } from '../target.ts';

/** The event source mappings of functions, the list of each in the order of `functionNames`. */
export async function readMappings(
  settings: ClientSettings,
  functionNames: readonly string[],
): Promise<EventSourceMappingConfiguration[][]> {
  const client = new LambdaClient(settings);
  try {
    return await Promise.all(functionNames.map((FunctionName) => mappingsOf(client, FunctionName)));
  } finally {
    client.destroy();
  }
}

async function mappingsOf(client: LambdaClient, FunctionName: string): Promise<EventSourceMappingConfiguration[]> {
  const mappings: EventSourceMappingConfiguration[] = [];
  for await (const page of paginateListEventSourceMappings({ client }, { FunctionName })) {
    mappings.push(...(page.EventSourceMappings ?? []));
  }
  return mappings;
}
