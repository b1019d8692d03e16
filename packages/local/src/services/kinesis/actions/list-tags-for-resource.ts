import { defineAction } from '../action.ts';
import { required, structure } from '../input.ts';
import { streamArn } from '../members.ts';
import { showTags } from '../tags.ts';

export const listTagsForResource = defineAction({
  input: structure({ ResourceARN: required(streamArn) }),
  run: (streams, { ResourceARN }) => ({ Tags: showTags(streams.find({ StreamARN: ResourceARN }).tags) }),
});
