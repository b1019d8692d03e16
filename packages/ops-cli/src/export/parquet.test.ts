import type { WindowTotal } from '@tidemark/core/series/window-total';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { bucketParquet, windowParquet } from './parquet.ts';
import type { Output } from './sink.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

/** What was written, and in how many pieces. */
function memory(): Output & { file(): ArrayBuffer; pieces: number } {
  const all: Uint8Array[] = [];
  return {
    pieces: 0,
    async write(data) {
      this.pieces += 1;
      all.push(Buffer.from(data));
    },
    file: () => {
      const bytes = Buffer.concat(all);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
}

test('row group after row group, each written when it is full', async () => {
  const output = memory();
  const sink = bucketParquet(output, '1m');
  const rows = 100_001;
  const total = (at: number) => ({ name: `n${at % 7}`, startMs: startMs + at * 60_000, count: BigInt(at) });
  for (let at = 0; at < rows; at += 1000)
    await sink.rows(Array.from({ length: Math.min(1000, rows - at) }, (_, index) => total(at + index)));
  // The first is out, the second not yet.
  expect(output.pieces).toBe(1);
  await sink.end();
  const file = output.file();
  const metadata = parquetMetadata(file);
  expect(metadata.row_groups.map(({ num_rows }) => num_rows)).toEqual([100_000n, 1n]);
  const last = await parquetReadObjects({ file, rowStart: rows - 2 });
  expect(last).toEqual(
    [rows - 2, rows - 1].map((at) => ({
      ...{ event_name: `n${at % 7}`, bucket_size: '1m', bucket_start: new Date(startMs + at * 60_000) },
      event_count: BigInt(at),
    })),
  );
});

test('numbers and names at their bounds', async () => {
  const output = memory();
  const sink = bucketParquet(output, '1d');
  const years = ['0000-01-01', '1969-12-31', '9999-12-31'].map((day) => Date.parse(`${day}T00:00:00Z`));
  const names = ['', '\u{1f30a}\u2028', 'x'.repeat(256)];
  const counts = [0n, 2n ** 53n + 1n, 2n ** 63n - 1n];
  await sink.rows(names.map((name, at) => ({ name, startMs: years[at] ?? 0, count: counts[at] ?? 0n })));
  await sink.end();
  const rows = await parquetReadObjects({ file: output.file() });
  expect(rows.map(({ event_name, event_count }) => [event_name, event_count])).toEqual(
    names.map((name, at) => [name, counts[at]]),
  );
  expect(rows.map(({ bucket_start }) => (bucket_start as Date).getTime())).toEqual(years);
});

const figures = { count: 1, sum: 5e-324, minimum: -1e100, maximum: 1e100, average: 0.1 };
const window = (measures: WindowTotal['measures']): WindowTotal => ({
  ...{ name: 'a', startMs, endMs: startMs + 60_000, records: 2 },
  measures,
});

test('a measure that a window does not hold is null, and doubles are as they were', async () => {
  const output = memory();
  const sink = windowParquet(output, ['Speed', 'health']);
  await sink.rows([window(new Map()), window(new Map([['Speed', figures]]))]);
  await sink.end();
  const [without, held] = await parquetReadObjects({ file: output.file() });
  expect(without).toMatchObject({ records: 2n, speed_count: null, speed_sum: null, health_average: null });
  expect(held).toMatchObject({
    ...{ speed_count: 1n, speed_sum: 5e-324, speed_min: -1e100, speed_max: 1e100, speed_average: 0.1 },
    health_count: null,
  });
});

test('measures that differ in case alone are refused', () => {
  expect(() => windowParquet(memory(), ['speed', 'Speed'])).toThrow('would be one column');
});
