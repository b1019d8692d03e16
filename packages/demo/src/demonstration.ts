import type { DemoEngine } from './engine.ts';
import type { Screen } from './screen.ts';

/** Something to show, ready to run on an engine. */
export interface Demonstration {
  /** Engine time at which the engine is to be started, milliseconds since the epoch; the present without it. */
  readonly startMs?: number;
  /** As the engine's option. */
  readonly evaluateAlarms?: boolean;
  run(engine: DemoEngine, screen: Screen, signal: AbortSignal): Promise<Outcome>;
}

export interface Outcome {
  /** Whether every count is what it must be, and everything happened that must have. */
  readonly isAsExpected: boolean;
  readonly json: unknown;
  report(screen: Screen): string;
}
