import { Logger } from '@aws-lambda-powertools/logger';

/** Structured JSON lines. The level comes from the function's logging configuration; payloads and event names are never logged. */
export function makeLogger(
  serviceName:
    | 'count'
    | 'window'
    | 'archive'
    | 'publish'
    | 'recount'
    | 'replay'
    | 'prune'
    | 'watchdog'
    | 'health'
    | 'incidents'
    | 'acknowledge'
    | 'distress',
  /** Absent where a function serves every source of its stage. */
  source?: string,
): Logger {
  return new Logger({ serviceName, persistentKeys: source === undefined ? {} : { source } });
}
