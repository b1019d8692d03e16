import { defineAction } from '../action.ts';
import { list, required, structure } from '../input.ts';
import { streamArn, tagKey } from '../members.ts';

export const untagResource = defineAction({
  input: structure({
    ResourceARN: required(streamArn),
    TagKeys: required(list(required(tagKey), { min: 1, max: 50 })),
  }),
  run(streams, { TagKeys, ResourceARN }) {
    const stream = streams.find({ StreamARN: ResourceARN });
    for (const key of TagKeys) stream.tags.delete(key);
    streams.changed(stream);
  },
});
