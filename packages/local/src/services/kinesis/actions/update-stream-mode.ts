import { defineAction } from '../action.ts';
import { notServed, required, structure } from '../input.ts';
import { streamArn, streamModeDetails } from '../members.ts';

/** The shards stay as they are; an on-demand stream does not scale by itself here. */
export const updateStreamMode = defineAction({
  input: structure({
    StreamARN: required(streamArn),
    StreamModeDetails: required(streamModeDetails),
    WarmThroughputMiBps: notServed(),
  }),
  run(streams, { StreamARN, StreamModeDetails }) {
    const stream = streams.find({ StreamARN });
    stream.mode = StreamModeDetails.StreamMode;
    streams.changed(stream);
  },
});
