import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const recountEnvironment = v.object({
  SERIES_TABLE: resourceName,
  CONTROL_TABLE: resourceName,
  /** Bucket of the archive. */
  DATA_BUCKET: resourceName,
});

/** What the recount function needs to be told: infra sets every one of these. */
export type RecountEnvironment = v.InferOutput<typeof recountEnvironment>;

export function readRecountEnvironment(): RecountEnvironment {
  return parseEnvironment(recountEnvironment, process.env);
}
