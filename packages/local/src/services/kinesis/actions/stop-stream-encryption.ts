import { defineAction } from '../action.ts';
import { required, structure } from '../input.ts';
import { streamReference } from '../members.ts';
import { oneOf, text } from '../values.ts';

export const stopStreamEncryption = defineAction({
  input: structure({
    ...streamReference,
    EncryptionType: required(oneOf(['KMS'])),
    KeyId: required(text({ min: 1, max: 2048 })),
  }),
  run(streams, reference) {
    const stream = streams.find(reference);
    stream.keyId = undefined;
    streams.changed(stream);
  },
});
