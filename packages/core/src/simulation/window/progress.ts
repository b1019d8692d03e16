import type { Position } from './tumbling.ts';
import { positionAt } from './tumbling.ts';

/** How far the mapping has come with one shard. */
export interface Progress {
  position: Position;
  /** Positions before it, the newest last: a duplicate may start from one of them. */
  earlier: Position[];
  /** Invocations under way, all of this mapping. */
  running: number;
  /** The state was lost, and no records have been handled since: what it held may be written nowhere. */
  isInDebt: boolean;
  /** Invocations under way that began when it was so. */
  debtors: number;
}

export function progressAt(next: number): Progress {
  return { position: positionAt(next), earlier: [], running: 0, isInDebt: false, debtors: 0 };
}
