import * as v from 'valibot';
import { expect, test } from 'vitest';
import { parseEnvironment, resourceName } from './environment.ts';

const schema = v.object({ SERIES_TABLE: resourceName, DATA_BUCKET: resourceName });

test('names are taken, other variables are not', () => {
  expect(parseEnvironment(schema, { SERIES_TABLE: 'series', DATA_BUCKET: 'data', PATH: '/bin' })).toEqual({
    SERIES_TABLE: 'series',
    DATA_BUCKET: 'data',
  });
});

test('every mistake is named at once', () => {
  expect(() => parseEnvironment(schema, { DATA_BUCKET: '' })).toThrow(
    'environment: SERIES_TABLE: expected a name, found undefined; DATA_BUCKET: expected a name, found ""',
  );
});
