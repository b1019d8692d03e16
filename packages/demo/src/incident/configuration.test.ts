import { expect, test } from 'vitest';
import { configuration, configurationText } from './configuration.ts';

test('what is shown is what is run', () => {
  const shown: unknown = new Function('defineTidemark', configurationText.replace('export default', 'return'))(
    (input: unknown) => input,
  );
  expect(shown).toEqual(configuration);
});
