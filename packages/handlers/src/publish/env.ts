import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const publishEnvironment = v.object({ CONTROL_TABLE: resourceName });

/** What the publish function needs to be told: infra sets every one of these. */
export type PublishEnvironment = v.InferOutput<typeof publishEnvironment>;

export function readPublishEnvironment(): PublishEnvironment {
  return parseEnvironment(publishEnvironment, process.env);
}
