import { defineAction } from '../action.ts';
import { required, structure } from '../input.ts';
import { maxRecordSizeInKiB, streamArn } from '../members.ts';

export const updateMaxRecordSize = defineAction({
  input: structure({ StreamARN: required(streamArn), MaxRecordSizeInKiB: required(maxRecordSizeInKiB) }),
  run(streams, { StreamARN, MaxRecordSizeInKiB }) {
    const stream = streams.find({ StreamARN });
    stream.recordKiBMax = MaxRecordSizeInKiB;
    streams.changed(stream);
  },
});
