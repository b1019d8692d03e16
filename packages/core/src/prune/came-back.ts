import type { Fence } from '../series/sequence.ts';

/** What of a partial says how much it holds. */
export interface Held {
  readonly EventCount: number;
  readonly LastSequence: Fence;
}

/**
 * Whether what stands in the place of an exported partial came back after that was deleted: of the same records some were counted anew, since a mapping was
 * replaced and began with whatever the stream still had. It holds less, and nothing that the export does not. Anything else that stands there was
 * never deleted, or somebody has put it there.
 */
export function cameBack(standing: Held, exported: Held): boolean {
  return standing.LastSequence <= exported.LastSequence && standing.EventCount < exported.EventCount;
}
