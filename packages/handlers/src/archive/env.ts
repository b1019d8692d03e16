import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const archiveEnvironment = v.object({
  CONTROL_TABLE: resourceName,
  /** Bucket of the archive. */
  DATA_BUCKET: resourceName,
});

/** What the archive function needs to be told: infra sets every one of these. */
export type ArchiveEnvironment = v.InferOutput<typeof archiveEnvironment>;

export function readArchiveEnvironment(): ArchiveEnvironment {
  return parseEnvironment(archiveEnvironment, process.env);
}
