import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf } from './json-number.ts';

/** The number that stands in the middle of a record. */
function read(text: string): number {
  const bytes = Buffer.from(`9.${text}.9`);
  return numberOf(bytes, 2, bytes.length - 2);
}

function expectSame(text: string): void {
  expect(Object.is(read(text), JSON.parse(text)), text).toBe(true);
}

const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });

describe('numberOf', () => {
  it.each([
    ...['0', '-0', '0.0', '-0.000', '7', '-7', '0.1', '-21.375', '1.0', '100', '0.30000000000000004'],
    // Around 2^53, where whole numbers begin to be rounded.
    ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '900719925474099.3'],
    ...['9007199.254740993', '0.9007199254740993', '9999999999999999', '99999999999999999', '999999999999999999'],
    ...['0.0000000000000001', '0.00000000000000001', '-0.000000000000009', '12345678901234.5678'],
    ...['1e0', '1E5', '-1.5e-3', '1e23', '1e400', '-1e400', '1e-400', '-1e-400', '5e-324', '2.5e-324', '2.4e-324'],
    // Half way between two numbers, and a hair above, far behind the point.
    ...['1.00000000000000011102230246251565404236316680908203125', `9007199254740993.${'0'.repeat(900)}1`],
    ...['9'.repeat(308), '9'.repeat(309), `0.${'0'.repeat(323)}9`, `0.${'0'.repeat(400)}9`],
  ])('reads %s as JSON.parse does', expectSame);

  it('reads what JSON.stringify writes as it was', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(number, (value) => expectSame(JSON.stringify(value))));
  });

  it('reads any plain or scientific form as JSON.parse does', () => {
    const whole = digits(24).map((text) => text.replace(/^0+(?=.)/, ''));
    const exponent = fc.integer({ min: -330, max: 330 }).map((power) => `e${power}`);
    const text = fc
      .tuple(fc.constantFrom('', '-'), whole, fc.option(digits(24)), fc.option(exponent, { freq: 2 }))
      .map(([sign, before, behind, power]) => `${sign}${before}${behind === null ? '' : `.${behind}`}${power ?? ''}`);
    fc.assert(fc.property(text, expectSame), { numRuns: 10_000 });
  });
});
