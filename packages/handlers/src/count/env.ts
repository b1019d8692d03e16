import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const countEnvironment = v.object({
  SERIES_TABLE: resourceName,
  CONTROL_TABLE: resourceName,
  /** Bucket of the quarantine. */
  DATA_BUCKET: resourceName,
});

/** What the count function needs to be told: infra sets every one of these. */
export type CountEnvironment = v.InferOutput<typeof countEnvironment>;

export function readCountEnvironment(): CountEnvironment {
  return parseEnvironment(countEnvironment, process.env);
}
