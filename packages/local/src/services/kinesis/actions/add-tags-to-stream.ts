import { defineAction } from '../action.ts';
import { required, structure } from '../input.ts';
import { streamReference, tags } from '../members.ts';
import { admitTags } from '../tags.ts';

export const addTagsToStream = defineAction({
  input: structure({ ...streamReference, Tags: required(tags) }),
  run(streams, { Tags, ...reference }) {
    const stream = streams.find(reference);
    admitTags(stream.tags, Tags);
    for (const [key, value] of Tags) stream.tags.set(key, value);
    streams.changed(stream);
  },
});
