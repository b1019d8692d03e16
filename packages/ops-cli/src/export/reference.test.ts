import { readFileSync } from 'node:fs';
import { encodeLine } from '@tidemark/core/prune/line';
import { figuresOf, figuresToItem, mergeFigures } from '@tidemark/core/series/figures';
import { encodeBucket } from '@tidemark/core/series/key';
import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { bucketLine, windowLine } from './jsonl.ts';
import { bucketParquet, windowParquet } from './parquet.ts';
import type { Sink } from './sink.ts';

const reference = readFileSync(new URL('../../../../docs/reference/export.md', import.meta.url), 'utf8');
const startMs = Date.parse('2026-11-02T09:00:00Z');
const figures = { count: 1, sum: 2, minimum: 2, maximum: 2, average: 2 };
const window = { name: 'a', startMs, endMs: startMs + 60_000, records: 1, measures: new Map([['distance', figures]]) };

/** The columns that the reference gives a table of Athena, and the fields of the figures in its map. */
function tableOf(name: string): { readonly columns: string[]; readonly figures: string[] } {
  const statement = reference.split(`CREATE EXTERNAL TABLE ${name} (\n`)[1]?.split('\n    )\n')[0] ?? '';
  const columns = [...statement.matchAll(/^ {6}`?(\w+)`? /gm)].map(([, column = '']) => column);
  const struct = /struct<(.*)>>/.exec(statement)?.[1] ?? '';
  return { columns, figures: [...struct.matchAll(/(\w+):/g)].map(([, field = '']) => field) };
}

async function parquetColumns(make: (output: { write(data: string | Uint8Array): Promise<void> }) => Sink<never>) {
  const parts: Uint8Array[] = [];
  await make({ write: async (data) => void parts.push(Buffer.from(data)) }).end();
  const bytes = Buffer.concat(parts);
  const { schema } = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return schema.slice(1).map(({ name }) => name);
}

test('tables of totals have the columns of the files', async () => {
  const line = JSON.parse(bucketLine({ name: 'a', startMs, count: 1n }, '1h'));
  expect(tableOf('tidemark_totals_json').columns).toEqual(Object.keys(line));
  expect(tableOf('tidemark_totals').columns).toEqual(await parquetColumns((output) => bucketParquet(output, '1h')));
  const rides = JSON.parse(windowLine(window));
  expect(tableOf('tidemark_windows_json')).toEqual({
    columns: Object.keys(rides),
    figures: Object.keys(rides.measures.distance),
  });
  expect(tableOf('tidemark_windows').columns).toEqual(
    await parquetColumns((output) => windowParquet(output, ['distance'])),
  );
});

test('the table of what is pruned has the fields of its lines, and its folders the size', () => {
  const Bucket = encodeBucket({ size: 'w60', generation: 0, startMs, slice: '000000000003' });
  const item = { EventName: 'a', Bucket, EventCount: 2, LastSequence: '1', WrittenBy: 'live' };
  // Figures with a rest, which not every sum has.
  const distance = figuresToItem([1e16, 0.1].map(figuresOf).reduce(mergeFigures));
  const line = JSON.parse(encodeLine({ ...item, Measures: { distance } }));
  const fields = Object.keys(line).map((field) => field.toLowerCase());
  const table = tableOf('tidemark_pruned_web');
  expect(table.columns.toSorted()).toEqual(fields.filter((field) => field !== 'size').toSorted());
  const inMap = Object.keys(line.Measures.distance).map((field) => field.toLowerCase());
  expect(table.figures.toSorted()).toEqual(inMap.toSorted());
});
