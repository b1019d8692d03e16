import type { SpanSize } from '../series/key.ts';

/** Buckets or windows of one size and generation that a prune deletes of every series: starts at or after `fromMs` and before `toMs`, without end where that is absent. */
export interface WorkRange {
  readonly size: SpanSize;
  readonly generation: number;
  readonly fromMs: number;
  readonly toMs?: number;
  /** Whether they are exported before: they were true. */
  readonly exported: boolean;
}
