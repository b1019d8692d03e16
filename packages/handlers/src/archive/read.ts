import type { ArchivedLine } from '@tidemark/core/archive/line';
import type { ArchiveObject, BadArchive } from '@tidemark/core/archive/object';
import { archiveKey } from '@tidemark/core/archive/object';
import { lineBytesMax, ObjectReading } from '@tidemark/core/archive/reading';
import type { StreamRecord } from '@tidemark/core/count/record';
import type { S3Reading } from '../aws/s3-reading.ts';
import { gunzipped, gzipFault } from './gunzip.ts';
import { Lines } from './lines.ts';

/** How much a page may hold: a record that is larger than `charactersMax` by itself has a page of its own. */
export interface PageLimits {
  /** At least 1. */
  readonly recordsMax: number;
  /** Of base64 data. */
  readonly charactersMax: number;
}

/** As much as an invocation gets of an event source mapping. */
export const invocationPage: PageLimits = { recordsMax: 10_000, charactersMax: 6_000_000 };

/** Records of the object in its order, at least one; or what is wrong with it. `line` counts from 1, and is absent where the fault is not one line's. */
export type ArchivePage =
  | { readonly kind: 'records'; readonly records: readonly StreamRecord[] }
  | (BadArchive & { readonly line?: number });

/**
 * Reads one object of the archive in pages, in memory for a page, a line and what a gunzip buffers. A line that cannot be used is a
 * page of its own, and those after it come all the same; so is an object that is missing, broken off or spoiled, which ends there. Faults of S3 throw.
 */
export async function* readObject(
  s3: S3Reading,
  bucket: string,
  object: ArchiveObject,
  limits: PageLimits,
  signal: AbortSignal,
): AsyncGenerator<ArchivePage> {
  const key = archiveKey(object);
  const body = await s3.open(bucket, key, signal);
  if (body === undefined) {
    yield { kind: 'bad', field: 'object', detail: `${key} is not in ${bucket}` };
    return;
  }
  yield* readBody(body, object, limits, signal);
}

/** Reads an object's content, compressed as it is stored. */
export async function* readBody(
  body: AsyncIterable<Uint8Array>,
  object: ArchiveObject,
  limits: PageLimits,
  signal: AbortSignal,
): AsyncGenerator<ArchivePage> {
  const reading = new ObjectReading(object);
  const lines = new Lines(lineBytesMax);
  const page = new Page(limits);
  let number = 0;
  const pagesOf = function* (found: readonly (string | undefined)[]): Generator<ArchivePage> {
    for (const text of found) {
      number += 1;
      const taken: ArchivedLine = text === undefined ? tooLong : reading.take(text);
      if (taken.kind === 'bad') {
        yield* page.take();
        yield { ...taken, line: number };
      } else {
        yield* page.add(taken.record);
      }
    }
  };
  try {
    for await (const chunk of gunzipped(body, signal)) yield* pagesOf(lines.take(chunk));
  } catch (error) {
    const detail = gzipFault(error);
    if (detail === undefined) throw error;
    yield* page.take();
    yield { kind: 'bad', field: 'object', detail };
    return;
  }
  yield* pagesOf(lines.end());
  yield* page.take();
  const end = reading.end();
  if (end !== undefined) yield end;
}

const tooLong: BadArchive = { kind: 'bad', field: 'line', detail: `has more than ${lineBytesMax} bytes` };

/** Gathers records until one more would be too many. */
class Page {
  readonly #limits: PageLimits;
  #records: StreamRecord[] = [];
  #characters = 0;

  constructor(limits: PageLimits) {
    this.#limits = limits;
  }

  *add(record: StreamRecord): Generator<ArchivePage> {
    const { recordsMax, charactersMax } = this.#limits;
    const isFull = this.#records.length >= recordsMax || this.#characters + record.data.length > charactersMax;
    if (isFull) yield* this.take();
    this.#records.push(record);
    this.#characters += record.data.length;
  }

  /** What is gathered, if anything is. */
  *take(): Generator<ArchivePage> {
    if (this.#records.length === 0) return;
    const records = this.#records;
    this.#records = [];
    this.#characters = 0;
    yield { kind: 'records', records };
  }
}
