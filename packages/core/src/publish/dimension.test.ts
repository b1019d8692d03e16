import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameBytesMax } from '../limits.ts';
import { decodeDimension, encodeDimension } from './dimension.ts';

test.each([
  ['page view', 'page view'],
  ['page:view', 'page:view'],
  [':page', '%3Apage'],
  ['50%', '50%25'],
  ['%41', '%2541'],
  ['été', '%C3%A9t%C3%A9'],
  ['😀', '%F0%9F%98%80'],
  ['a\nb\u007f', 'a%0Ab%7F'],
  [' ', '%20'],
  ['   ', '%20 %20'],
  [' a ', '%20a%20'],
  ['$other', '$other'],
  ['a#b+c/d', 'a#b+c/d'],
])('%j is the dimension value %j', (name, value) => {
  expect(encodeDimension(name)).toBe(value);
  expect(decodeDimension(value)).toBe(name);
});

test('what was not encoded is shown as it is', () => {
  expect(decodeDimension('100% sure')).toBe('100% sure');
});

const names = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.string({ minLength: 1 }),
    fc.constantFrom(' ', '::', '%%', ': '),
  )
  .filter((name) => Buffer.byteLength(name) <= nameBytesMax);

test('every name comes back, and CloudWatch takes its encoding', () => {
  fc.assert(
    fc.property(names, (name) => {
      const value = encodeDimension(name);
      expect(decodeDimension(value)).toBe(name);
      expect(value).toMatch(/^[\x20-\x7e]{1,1024}$/);
      expect(value).not.toMatch(/^:|^\s*$/);
    }),
  );
});
