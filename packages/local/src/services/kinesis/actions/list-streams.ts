import { defineAction } from '../action.ts';
import { structure } from '../input.ts';
import { streamName } from '../members.ts';
import { integer, text } from '../values.ts';

const streamsMax = 100;

/** `NextToken` is the last name shown, which is also what `ExclusiveStartStreamName` takes. */
export const listStreams = defineAction({
  input: structure({
    Limit: integer({ min: 1, max: 10_000 }),
    ExclusiveStartStreamName: streamName,
    NextToken: text({ min: 1, max: 1_048_576 }),
  }),
  run(streams, { Limit = streamsMax, ExclusiveStartStreamName, NextToken }) {
    const after = NextToken ?? ExclusiveStartStreamName ?? '';
    const following = streams.all().filter(({ name }) => name > after);
    const shown = following.slice(0, Limit);
    const last = shown.at(-1);
    const more = shown.length < following.length;
    return {
      StreamNames: shown.map(({ name }) => name),
      HasMoreStreams: more,
      ...(more && last !== undefined && { NextToken: last.name }),
      StreamSummaries: shown.map(({ name, arn, mode, createdMs }) => ({
        StreamName: name,
        StreamARN: arn,
        StreamStatus: 'ACTIVE' as const,
        StreamModeDetails: { StreamMode: mode },
        StreamCreationTimestamp: new Date(createdMs),
      })),
    };
  },
});
