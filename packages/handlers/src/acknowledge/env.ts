import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const acknowledgeEnvironment = v.object({ CONTROL_TABLE: resourceName });

/** What the function needs to be told: infra sets every one of these. */
export type AcknowledgeEnvironment = v.InferOutput<typeof acknowledgeEnvironment>;

export function readAcknowledgeEnvironment(): AcknowledgeEnvironment {
  return parseEnvironment(acknowledgeEnvironment, process.env);
}
