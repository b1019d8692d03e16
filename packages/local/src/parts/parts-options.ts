import type { EngineDirectory } from '../directory.ts';
import type { EngineOptions } from '../engine.ts';
import type { Shutdown } from '../shutdown.ts';
import type { AssembledStack } from '../template/assembly.ts';

/** What every part of an engine may need to start. */
export interface PartsOptions {
  readonly options: EngineOptions;
  readonly stack: AssembledStack;
  readonly region: string;
  readonly account: string;
  readonly directory: EngineDirectory | undefined;
  /** Told how to stop each part as soon as it stands. */
  readonly shutdown: Shutdown;
}
