import { dayNumber, formatDay } from '../series/day.ts';
import type { Fence } from '../series/sequence.ts';
import { isFence } from '../series/sequence.ts';

/** What the key of an archive object says: it holds every record of the shard from the first to the last that are named. */
export interface ArchiveObject {
  /** Name of the source. */
  readonly source: string;
  readonly shardId: string;
  /** Arrival day of the first record in UTC, `2026-11-02`. The others may have arrived any time after it, or a little before. */
  readonly day: string;
  readonly first: Fence;
  /** Not below `first`. */
  readonly last: Fence;
}

/** An object or a line that cannot be used, by the field that is wrong. */
export interface BadArchive {
  readonly kind: 'bad';
  readonly field: string;
  readonly detail: string;
}

const suffix = '.jsonl.gz';
const keyForm = /^archive\/([^/]+)\/([^/]+)\/([^/]+)\/([^/-]+)-([^/-]+)\.jsonl\.gz$/;
const nameForm = /^[A-Za-z0-9_.-]+$/;

/** Where the archive of a source lies, that of one of its shards, or one day of that: `archive/web/shardId-000000000000/2026-11-02/`. */
export function archivePrefix(source: string, shardId?: string, day?: string): string {
  return `${['archive', source, shardId, day].filter((part) => part !== undefined).join('/')}/`;
}

/**
 * `archive/<source>/<shardId>/<day>/<first>-<last>.jsonl.gz`. Of two batches with the same first record the longer has another key: none
 * takes the place of one that holds more.
 */
export function archiveKey({ source, shardId, day, first, last }: ArchiveObject): string {
  return `${archivePrefix(source, shardId, day)}${first}-${last}${suffix}`;
}

/** The object of a key, or which part of the key is wrong. */
export function parseArchiveKey(key: string): ArchiveObject | BadArchive {
  const [, source = '', shardId = '', day = '', first = '', last = ''] = keyForm.exec(key) ?? [];
  if (source === '') return bad('key', `${key} is not archive/<source>/<shardId>/<day>/<first>-<last>${suffix}`);
  if (!nameForm.test(source)) return bad('source', `${source} is not the name of a source`);
  if (!nameForm.test(shardId)) return bad('shardId', `${shardId} is not the id of a shard`);
  if (!isDay(day)) return bad('day', `${day} is not a day such as 2026-11-02`);
  if (!isFence(first)) return bad('first', `${first} is not a sequence number with its length before it`);
  if (!isFence(last)) return bad('last', `${last} is not a sequence number with its length before it`);
  if (last < first) return bad('last', `${last} lies before the first, ${first}`);
  return { source, shardId, day, first, last };
}

export function isBadArchive(value: object): value is BadArchive {
  return 'kind' in value && value.kind === 'bad';
}

function bad(field: string, detail: string): BadArchive {
  return { kind: 'bad', field, detail };
}

function isDay(text: string): boolean {
  const timeMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse takes February 30th for a day in March.
  return !Number.isNaN(timeMs) && formatDay(dayNumber(timeMs)) === text;
}
