import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lines } from './lines.ts';

function linesOf(chunks: readonly Uint8Array[], bytesMax: number): (string | undefined)[] {
  const lines = new Lines(bytesMax);
  return [...chunks.flatMap((chunk) => lines.take(chunk)), ...lines.end()];
}

describe('lines', () => {
  test('are the same however the bytes come', () => {
    const texts = fc.array(
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\n', 'é')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 400 })), (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const borders = [
          0,
          ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other),
          bytes.length,
        ];
        const chunks = borders.slice(1).map((to, index) => bytes.subarray(borders[index], to));
        expect(linesOf(chunks, 1000)).toEqual(texts);
      }),
    );
  });

  test('need no end of the last', () => {
    expect(linesOf([Buffer.from('a\nb')], 10)).toEqual(['a', 'b']);
    expect(linesOf([Buffer.from('a\n')], 10)).toEqual(['a']);
    expect(linesOf([], 10)).toEqual([]);
  });

  test('that are too long are none, and the next is one again', () => {
    expect(linesOf([Buffer.from('abc\nabcd\nabc\n')], 3)).toEqual(['abc', undefined, 'abc']);
    expect(
      linesOf(
        [...'abcd\nab\nabcdef'].map((letter) => Buffer.from(letter)),
        3,
      ),
    ).toEqual([undefined, 'ab', undefined]);
  });
});
