import {
  type EventSourceMappingConfiguration,
  InvokeCommand,
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

/** Longer than Lambda lets any invocation run, in milliseconds. */
const invocationMsMax = 16 * 60_000;

/** Calls a function and waits for its answer. Throws an Error with what the function threw. */
export async function invoke(settings: ClientSettings, functionName: string, payload: unknown): Promise<unknown> {
  const { requestHandler, ...rest } = settings;
  const patient = requestHandler === undefined ? {} : { ...requestHandler, requestTimeout: invocationMsMax };
  const client = new LambdaClient({ ...rest, requestHandler: patient });
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }),
    );
    const answer = Payload === undefined ? '' : Payload.transformToString();
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  } finally {
    client.destroy();
  }
}
