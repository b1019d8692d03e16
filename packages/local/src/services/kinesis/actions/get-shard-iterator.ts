import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { notServed, required, structure } from '../input.ts';
import { formatIterator } from '../iterator.ts';
import { sequenceNumber, shardId, streamReference } from '../members.ts';
import { parseSequence } from '../sequence.ts';
import type { Shard } from '../shard.ts';
import type { Stream } from '../stream.ts';
import type { Streams } from '../streams.ts';
import { instant, oneOf } from '../values.ts';

const iteratorTypes = [
  'AT_SEQUENCE_NUMBER',
  'AFTER_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
  'LATEST',
  'AT_TIMESTAMP',
] as const;

interface Place {
  readonly ShardIteratorType: (typeof iteratorTypes)[number];
  readonly StartingSequenceNumber?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly Timestamp?: number | undefined;
}

export const getShardIterator = defineAction({
  input: structure({
    ...streamReference,
    ShardId: required(shardId),
    ShardIteratorType: required(oneOf(iteratorTypes)),
    StartingSequenceNumber: sequenceNumber,
    Timestamp: instant(),
    DryRun: notServed(),
  }),
  run(streams, { ShardId, ...input }) {
    const stream = streams.find(input);
    const shard = streams.findShard(stream, ShardId);
    const position = {
      streamName: stream.name,
      streamCreatedMs: stream.createdMs,
      shardIndex: shard.index,
      counter: counterOf(streams, stream, shard, input),
    };
    return { ShardIterator: formatIterator(position, streams.clock.now()) };
  },
});

/** The counter of the first record to be read. */
function counterOf(streams: Streams, stream: Stream, shard: Shard, place: Place): number {
  const { ShardIteratorType: type, StartingSequenceNumber, Timestamp } = place;
  const bySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (bySequence !== (StartingSequenceNumber !== undefined)) {
    throw new KinesisFault(
      'InvalidArgumentException',
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
        `(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ` +
        `${StartingSequenceNumber === undefined ? 'no' : 'also a'} StartingSequenceNumber.`,
    );
  }
  switch (type) {
    case 'TRIM_HORIZON':
      return 0;
    case 'LATEST':
      return shard.nextCounter;
    case 'AT_TIMESTAMP':
      return counterAt(streams, shard, Timestamp);
    case 'AT_SEQUENCE_NUMBER':
      return counterIn(streams, stream, shard, StartingSequenceNumber ?? '');
    case 'AFTER_SEQUENCE_NUMBER':
      return counterIn(streams, stream, shard, StartingSequenceNumber ?? '') + 1;
  }
}

function counterAt(streams: Streams, shard: Shard, timestampMs: number | undefined): number {
  const nowMs = streams.clock.now();
  if (timestampMs === undefined) {
    throw new KinesisFault(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  if (timestampMs > nowMs) {
    throw new KinesisFault(
      'InvalidArgumentException',
      'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
        `timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
    );
  }
  return shard.counterAt(timestampMs);
}

/** The number need not belong to a record that still exists, but it must be one that this shard could have given. */
function counterIn(streams: Streams, stream: Stream, shard: Shard, startingSequenceNumber: string): number {
  const used =
    `StartingSequenceNumber ${startingSequenceNumber} used in GetShardIterator on shard ${shard.id} ` +
    `in stream ${stream.name} under account ${streams.accountId} is invalid`;
  const parts = parseSequence(startingSequenceNumber);
  if (parts === undefined) throw new KinesisFault('InvalidArgumentException', `${used}.`);
  if (parts.shardIndex !== shard.index || parts.createdSeconds !== shard.createdSeconds) {
    throw new KinesisFault('InvalidArgumentException', `${used} because it did not come from this shard.`);
  }
  // The end of a closed shard lies beyond what a number can hold exactly; behind the last record is all it means.
  return Math.min(parts.counter, shard.nextCounter);
}
