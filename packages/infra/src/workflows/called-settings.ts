import type { CalledFunctionSettings } from '../functions/logged-function.ts';

/** Of functions that belong to the stage and not to a source. */
export function calledSettings(
  bounds: Pick<CalledFunctionSettings, 'memoryMb' | 'timeoutSeconds'>,
): CalledFunctionSettings {
  return { ...bounds, architecture: 'arm64', logLevel: 'INFO', logRetentionDays: 30 };
}
