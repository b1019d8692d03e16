import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const watchdogEnvironment = v.object({
  CONTROL_TABLE: resourceName,
  /** The function that does the steps of runs. */
  STEPS_FUNCTION: resourceName,
});

/** What the watchdog needs to be told: infra sets every one of these. */
export type WatchdogEnvironment = v.InferOutput<typeof watchdogEnvironment>;

export function readWatchdogEnvironment(): WatchdogEnvironment {
  return parseEnvironment(watchdogEnvironment, process.env);
}
