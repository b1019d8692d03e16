import { defineAction } from '../action.ts';
import { list, required, structure } from '../input.ts';
import { streamReference, tagKey } from '../members.ts';

export const removeTagsFromStream = defineAction({
  input: structure({ ...streamReference, TagKeys: required(list(required(tagKey), { min: 1, max: 50 })) }),
  run(streams, { TagKeys, ...reference }) {
    const stream = streams.find(reference);
    for (const key of TagKeys) stream.tags.delete(key);
    streams.changed(stream);
  },
});
