import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const healthEnvironment = v.object({ CONTROL_TABLE: resourceName });

/** What the function needs to be told: infra sets every one of these. */
export type HealthEnvironment = v.InferOutput<typeof healthEnvironment>;

export function readHealthEnvironment(): HealthEnvironment {
  return parseEnvironment(healthEnvironment, process.env);
}
