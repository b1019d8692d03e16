import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from './lines.ts';

async function split(chunks: readonly Buffer[], lineBytesMax = 1000) {
  const lines: string[] = [];
  const tooLong: number[] = [];
  const input = (async function* () {
    yield* chunks;
  })();
  for await (const chunk of readLines(input, lineBytesMax)) {
    lines.push(...chunk.lines.map((line) => line.toString('latin1')));
    tooLong.push(...chunk.tooLong);
  }
  return { lines, tooLong };
}

test.each([
  ['', [], []],
  ['a', ['a'], []],
  ['a\n', ['a'], []],
  ['a\n\nb\r\n', ['a', '', 'b\r'], []],
  ['\xef\xbb\xbfa\n\xef\xbb\xbfb', ['a', '\xef\xbb\xbfb'], []],
  ['12345\n123456\n1', ['12345', '1'], [2]],
  ['123456', [], [1]],
])('splits %j', async (text, lines, tooLong) => {
  expect(await split([Buffer.from(text, 'latin1')], 5)).toEqual({ lines, tooLong });
});

test('where the chunks end does not matter', async () => {
  const bytes = fc.array(fc.constantFrom('a', 'b', '\n', '\xff'), { maxLength: 60 }).map((all) => all.join(''));
  await fc.assert(
    fc.asyncProperty(bytes, fc.array(fc.nat(9)), async (text, sizes) => {
      const whole = Buffer.from(text, 'latin1');
      const chunks: Buffer[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      chunks.push(whole.subarray(at));
      expect(
        await split(
          chunks.filter(({ length }) => length > 0),
          8,
        ),
      ).toEqual(await split(whole.length > 0 ? [whole] : [], 8));
    }),
  );
});
