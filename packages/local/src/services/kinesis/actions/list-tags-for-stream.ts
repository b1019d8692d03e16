import { defineAction } from '../action.ts';
import { structure } from '../input.ts';
import { streamReference, tagKey } from '../members.ts';
import { showTags } from '../tags.ts';
import { integer } from '../values.ts';

const tagsMax = 50;

export const listTagsForStream = defineAction({
  input: structure({ ...streamReference, ExclusiveStartTagKey: tagKey, Limit: integer({ min: 1, max: tagsMax }) }),
  run(streams, { ExclusiveStartTagKey: after = '', Limit = tagsMax, ...reference }) {
    const following = showTags(streams.find(reference).tags).filter(({ Key }) => Key > after);
    return { Tags: following.slice(0, Limit), HasMoreTags: following.length > Limit };
  },
});
