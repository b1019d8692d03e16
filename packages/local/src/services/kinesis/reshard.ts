import { KinesisFault } from './fault.ts';
import type { Shard } from './shard.ts';
import type { Stream } from './stream.ts';
import type { Streams } from './streams.ts';

/** Throws `ValidationException` for a stream whose shards AWS manages. */
export function refuseOnDemand(streams: Streams, stream: Stream): void {
  if (stream.mode === 'ON_DEMAND') {
    throw new KinesisFault(
      'ValidationException',
      `Request is invalid. Stream ${stream.name} under account ${streams.accountId} is in On-Demand mode.`,
    );
  }
}

/** Throws `InvalidArgumentException` for a shard that was split or merged before. */
export function refuseClosed(streams: Streams, stream: Stream, shard: Shard): void {
  if (!shard.isOpen) {
    throw new KinesisFault(
      'InvalidArgumentException',
      `Shard ${shard.id} in stream ${stream.name} under account ${streams.accountId} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
  }
}
