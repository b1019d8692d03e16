import type { Pipe } from './pipe.ts';

/** What happened, for logs and tests. */
export interface PipeEvent {
  readonly pipe: Pipe;
  readonly kind: 'failed' | 'discarded' | 'lost' | 'source failed';
  readonly shardId?: string;
  readonly records?: number;
  readonly reason: string;
}
