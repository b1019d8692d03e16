import type { BucketSize } from '@tidemark/core/series/bucket';
import type { MeasureTotal, WindowTotal } from '@tidemark/core/series/window-total';
import type { SchemaElement } from 'hyparquet-writer';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { Failure } from '../failure.ts';
import type { Output, Sink } from './sink.ts';
import type { BucketTotal } from './totals.ts';

/** A column of a Parquet file. Undefined is a null, which `optional` columns alone may hold. */
interface ParquetColumn<Row> {
  readonly name: string;
  readonly kind: keyof typeof kinds;
  readonly optional?: true;
  readonly cellOf: (row: Row) => string | number | bigint | undefined;
}

/** Both ways of saying what a physical type means: readers of either age understand it. A timestamp is in milliseconds, UTC. */
const kinds = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  whole: { type: 'INT64' },
  double: { type: 'DOUBLE' },
} as const satisfies Record<string, Omit<SchemaElement, 'name'>>;

/** Rows of a row group, all of which are held until it is written: fewer where there are many columns. */
const groupRowsMax = 100_000;
const groupCellsMax = 1_000_000;
const int64Max = 2n ** 63n - 1n;

/** `event_name`, `bucket_size`, `bucket_start` and `event_count`. */
export function bucketParquet(output: Output, size: BucketSize): Sink<BucketTotal> {
  return parquetSink<BucketTotal>(output, [
    { name: 'event_name', kind: 'string', cellOf: ({ name }) => name },
    { name: 'bucket_size', kind: 'string', cellOf: () => size },
    { name: 'bucket_start', kind: 'timestamp', cellOf: ({ startMs }) => BigInt(startMs) },
    { name: 'event_count', kind: 'whole', cellOf: ({ count }) => count },
  ]);
}

/**
 * `name`, `window_start`, `window_end`, `records`, and of each measure `distance_count`, `distance_sum`, `distance_min`, `distance_max` and
 * `distance_average`, in small letters, as tables of Athena and Redshift fold them. Throws a Failure for measures that would be one column.
 */
export function windowParquet(output: Output, measures: readonly string[]): Sink<WindowTotal> {
  const columns = measures.flatMap(measureColumns);
  if (new Set(columns.map(({ name }) => name)).size < columns.length)
    throw new Failure(
      'two measures differ in case alone and would be one column: export to jsonl, which keeps their names',
    );
  return parquetSink<WindowTotal>(output, [
    { name: 'name', kind: 'string', cellOf: ({ name }) => name },
    { name: 'window_start', kind: 'timestamp', cellOf: ({ startMs }) => BigInt(startMs) },
    { name: 'window_end', kind: 'timestamp', cellOf: ({ endMs }) => BigInt(endMs) },
    { name: 'records', kind: 'whole', cellOf: ({ records }) => BigInt(records) },
    ...columns,
  ]);
}

function measureColumns(measure: string): ParquetColumn<WindowTotal>[] {
  const figures: readonly [string, keyof MeasureTotal][] = [
    ['sum', 'sum'],
    ['min', 'minimum'],
    ['max', 'maximum'],
    ['average', 'average'],
  ];
  const column = measure.toLowerCase();
  return [
    {
      ...{ name: `${column}_count`, kind: 'whole', optional: true },
      cellOf: ({ measures }) => (measures.has(measure) ? BigInt(measures.get(measure)?.count ?? 0) : undefined),
    },
    ...figures.map(
      ([word, figure]): ParquetColumn<WindowTotal> => ({
        ...{ name: `${column}_${word}`, kind: 'double', optional: true },
        cellOf: ({ measures }) => measures.get(measure)?.[figure],
      }),
    ),
  ];
}

/** A Parquet file, compressed with Snappy, row group after row group; without rows, one that has columns alone. */
function parquetSink<Row>(output: Output, columns: readonly ParquetColumn<Row>[]): Sink<Row> {
  const buffer = new ByteWriter();
  const parquet = new ParquetWriter({ writer: buffer, schema: schemaOf(columns), createdBy: 'tidemark' });
  const rowsMax = Math.min(groupRowsMax, Math.floor(groupCellsMax / columns.length));
  let cells = columns.map(() => [] as unknown[]);
  let rows = 0;
  const drain = async (): Promise<void> => {
    const bytes = buffer.getBytes().slice();
    buffer.index = 0;
    await output.write(bytes);
  };
  const writeGroup = async (): Promise<void> => {
    const columnData = columns.map(({ name }, index) => ({ name, data: cells[index] ?? [] }));
    await parquet.write({ columnData, rowGroupSize: rowsMax });
    cells = columns.map(() => []);
    rows = 0;
    await drain();
  };
  return {
    rows: async (more) => {
      for (const row of more) {
        for (const [index, { cellOf }] of columns.entries()) cells[index]?.push(storable(cellOf(row)));
        rows += 1;
        if (rows === rowsMax) await writeGroup();
      }
    },
    end: async () => {
      if (rows > 0) await writeGroup();
      await parquet.finish();
      await drain();
    },
  };
}

function schemaOf<Row>(columns: readonly ParquetColumn<Row>[]): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(
      ({ name, kind, optional }): SchemaElement => ({
        ...kinds[kind],
        name,
        repetition_type: optional === true ? 'OPTIONAL' : 'REQUIRED',
      }),
    ),
  ];
}

function storable(value: string | number | bigint | undefined): string | number | bigint | undefined {
  if (typeof value !== 'bigint' || value <= int64Max) return value;
  throw new Failure(`a count of ${value} does not fit Parquet's 64-bit integers: export to csv or jsonl`);
}
