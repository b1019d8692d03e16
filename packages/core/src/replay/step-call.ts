import type { ReplaySettings } from './settings.ts';

/** What every step is asked with. */
export interface Call {
  readonly run: string;
  readonly source: string;
  readonly settings: ReplaySettings;
}

/** An answer of a step that is polled: wait so many seconds, then call again. */
export interface Waiting {
  readonly waitSeconds: number;
}
