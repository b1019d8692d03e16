import { defineAction } from '../action.ts';
import { required, structure } from '../input.ts';
import { streamArn, tags } from '../members.ts';
import { admitTags } from '../tags.ts';

export const tagResource = defineAction({
  input: structure({ ResourceARN: required(streamArn), Tags: required(tags) }),
  run(streams, { Tags, ResourceARN }) {
    const stream = streams.find({ StreamARN: ResourceARN });
    admitTags(stream.tags, Tags);
    for (const [key, value] of Tags) stream.tags.set(key, value);
    streams.changed(stream);
  },
});
