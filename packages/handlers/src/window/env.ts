import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const windowEnvironment = v.object({
  SERIES_TABLE: resourceName,
  CONTROL_TABLE: resourceName,
  /** Bucket of the quarantine, and of parts that are set aside. */
  DATA_BUCKET: resourceName,
  /** The stream, of which records are read again. */
  STREAM_ARN: resourceName,
});

/** What the window function needs to be told: infra sets every one of these. */
export type WindowEnvironment = v.InferOutput<typeof windowEnvironment>;

export function readWindowEnvironment(): WindowEnvironment {
  return parseEnvironment(windowEnvironment, process.env);
}
