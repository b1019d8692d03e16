import { defineAction } from '../action.ts';
import { required, structure } from '../input.ts';
import { streamReference } from '../members.ts';
import { oneOf, text } from '../values.ts';

/** The stream says from now on that it is encrypted with the key. Nothing is: there is no key service here. */
export const startStreamEncryption = defineAction({
  input: structure({
    ...streamReference,
    EncryptionType: required(oneOf(['KMS'])),
    KeyId: required(text({ min: 1, max: 2048 })),
  }),
  run(streams, { KeyId, ...reference }) {
    const stream = streams.find(reference);
    stream.keyId = KeyId;
    streams.changed(stream);
  },
});
