import { createHash } from 'node:crypto';
import { dayNumber, formatDay } from '../series/day.ts';
import type { SpanSize } from '../series/key.ts';
import { isSpanSize } from '../series/key.ts';

/** What the key of an exported object says of its lines: all of one series, size, generation and UTC day, in the order of their keys. */
export interface ExportObject {
  /** Name of the source. */
  readonly source: string;
  readonly size: SpanSize;
  /** UTC day of the starts, `2026-08-01`. */
  readonly day: string;
  /** See `seriesKey`. */
  readonly series: string;
  readonly generation: number;
  /** Start of the first line's bucket or window, milliseconds since the epoch; whole seconds. */
  readonly firstMs: number;
  /** Slice of the first line. */
  readonly slice: string;
}

/** Items of one object, at most. */
export const exportItemsMax = 5000;

const suffix = '.jsonl.gz';
const nameForm = /^([A-Za-z0-9_.]{0,40}-[0-9a-f]{16})-(\d{4})-(\d{6})-(.+)\.jsonl\.gz$/;
const keyForm = /^prune\/([^/]+)\/counts\/size=([^/]+)\/day=([^/]+)\/([^/]+)$/;

/** Where the exports of a source lie, those of one size, or of one day of that: `prune/web/counts/size=1m/day=2026-08-01/`. */
export function countsPrefix(source: string, size?: SpanSize, day?: string): string {
  const partitions = [...(size === undefined ? [] : [`size=${size}`]), ...(day === undefined ? [] : [`day=${day}`])];
  return `${['prune', source, 'counts', ...partitions].join('/')}/`;
}

/** What the keys of one series' objects of one day begin with, and no other's. */
export function seriesPrefix(source: string, size: SpanSize, day: string, name: string): string {
  return `${countsPrefix(source, size, day)}${seriesKey(name)}-`;
}

/**
 * A name as a part of keys: `page_view-1f0e…`. Its first 40 characters, for people, those that S3 and Athena do not take everywhere replaced; and of its
 * SHA-256 16 hexadecimal digits, which tell it from any other name.
 */
export function seriesKey(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, 40).replaceAll(/[^A-Za-z0-9_.]/g, '_')}-${hash}`;
}

/** `prune/<source>/counts/size=1m/day=2026-08-01/<seriesKey>-0001-093000-<slice>.jsonl.gz` */
export function exportKey(object: ExportObject): string {
  return `${countsPrefix(object.source, object.size, object.day)}${objectName(object)}`;
}

/** Where a run puts what came back after its deletion: `prune/<source>/again/<run>/size=1m/day=2026-08-01/...` */
export function againKey(run: string, object: ExportObject): string {
  const { source, size, day } = object;
  return `prune/${source}/again/${run}/size=${size}/day=${day}/${objectName(object)}`;
}

export function reportKey(source: string, run: string): string {
  return `prune/${source}/reports/${run}.json`;
}

/** The object of a key under `counts/`; undefined for every other key. */
export function parseExportKey(key: string): ExportObject | undefined {
  const [, source = '', size, day = '', name = ''] = keyForm.exec(key) ?? [];
  const [, series = '', generation = '', time = '', slice = ''] = nameForm.exec(name) ?? [];
  const firstMs = Date.parse(`${day}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
  if (!isSpanSize(size) || series === '' || Number.isNaN(firstMs)) return undefined;
  // Date.parse takes February 30th for a day in March.
  if (exportDay(firstMs) !== day) return undefined;
  return { source, size, day, series, generation: Number(generation), firstMs, slice };
}

/** UTC day of the object that an item with this start belongs into, `2026-08-01`. */
export function exportDay(startMs: number): string {
  return formatDay(dayNumber(startMs));
}

function objectName({ series, generation, firstMs, slice }: ExportObject): string {
  const time = new Date(firstMs).toISOString().slice(11, 19).replaceAll(':', '');
  return `${series}-${String(generation).padStart(4, '0')}-${time}-${slice}${suffix}`;
}
