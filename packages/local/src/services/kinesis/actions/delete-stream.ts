import { defineAction } from '../action.ts';
import { structure } from '../input.ts';
import { streamReference } from '../members.ts';
import { flag } from '../values.ts';

/** The stream and its records are gone when the call returns. It has no consumers that could stand in the way. */
export const deleteStream = defineAction({
  input: structure({ ...streamReference, EnforceConsumerDeletion: flag() }),
  run(streams, input) {
    streams.delete(streams.find(input));
  },
});
