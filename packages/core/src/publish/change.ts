import { nameBytesMax } from '../limits.ts';
import type { Figures, Measured } from '../series/figures.ts';
import { differenceOf } from '../series/figures.ts';
import type { SpanSize } from '../series/key.ts';
import { decodeBucket } from '../series/key.ts';
import { isWindowSize } from '../series/window.ts';
import type { AttributeValue } from './image.ts';
import { readCount, readMeasured } from './image.ts';
import type { PublishedSpans } from './spans.ts';

/** A record of the Series table's stream as Lambda hands it over: new and old images. */
export interface TableStreamRecord {
  readonly eventID?: string | undefined;
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        /** Seconds since the epoch. */
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly NewImage?: Image | undefined;
        readonly OldImage?: Image | undefined;
      }
    | undefined;
}

interface Image {
  readonly [attribute: string]: AttributeValue;
}

/** What a record of the table's stream means for the metrics. */
export type Change =
  /** Live counting added `delta` events to the bucket that starts at `startMs`. */
  | { readonly kind: 'counted'; readonly name: string; readonly startMs: number; readonly delta: number }
  /** Live counting added `readings` to the window that starts at `startMs`: `measured` of them, where there are any. */
  | {
      readonly kind: 'measured';
      readonly name: string;
      readonly startMs: number;
      readonly readings: number;
      readonly measured: Measured;
    }
  /** A bucket or window of another size: the smallest bucket is published, CloudWatch adds up the others. */
  | { readonly kind: 'other-size' }
  /** Written by a recount: never published. */
  | { readonly kind: 'recount' }
  /** An item was deleted: pruning takes nothing back from the metric. */
  | { readonly kind: 'removed' }
  /** Not an item that Tidemark writes. It must not stop the stream. */
  | { readonly kind: 'foreign' };

/** Reads one record. Never throws, and lets nothing through that CloudWatch refuses, whoever wrote it into the table. */
export function readChange(record: TableStreamRecord, spans: PublishedSpans): Change {
  if (record.eventName === 'REMOVE') return { kind: 'removed' };
  const image = record.dynamodb?.NewImage;
  const name = image?.EventName?.S;
  const bucket = image?.Bucket?.S;
  const writer = image?.WrittenBy?.S;
  if (name === undefined || bucket === undefined) return { kind: 'foreign' };
  // CloudWatch would refuse it as a dimension, and the whole call with it, again and again.
  if (Buffer.byteLength(name) > nameBytesMax) return { kind: 'foreign' };
  if (writer === 'recount') return { kind: 'recount' };
  if (writer !== 'live') return { kind: 'foreign' };

  const span = readSpan(bucket);
  if (span === undefined) return { kind: 'foreign' };
  if (span.size !== spans.bucket && span.size !== spans.window) return { kind: 'other-size' };
  const newCount = readCount(image?.EventCount);
  const oldCount = readCount(record.dynamodb?.OldImage?.EventCount) ?? 0;
  if (newCount === undefined) return { kind: 'foreign' };
  const delta = newCount - oldCount;
  if (!isWindowSize(span.size)) return { kind: 'counted', name, startMs: span.startMs, delta };
  const measured = addedFigures(image?.Measures, record.dynamodb?.OldImage?.Measures);
  if (measured === undefined || delta < 0) return { kind: 'foreign' };
  return { kind: 'measured', name, startMs: span.startMs, readings: delta, measured };
}

function readSpan(bucket: string): { readonly size: SpanSize; readonly startMs: number } | undefined {
  try {
    return decodeBucket(bucket);
  } catch {
    return undefined;
  }
}

/**
 * What was added to each measure that anything was added to. The readings that were added lie between the minimum and the
 * maximum of all: taken together, the sets of a window have the minimum and the maximum of the window.
 */
function addedFigures(now: AttributeValue | undefined, before: AttributeValue | undefined): Measured | undefined {
  const measured = readMeasured(now);
  const earlier = before === undefined ? {} : readMeasured(before);
  if (measured === undefined || earlier === undefined) return undefined;
  const added: Record<string, Figures> = {};
  for (const [name, figures] of Object.entries(measured)) {
    const difference = differenceOf(figures, Object.hasOwn(earlier, name) ? earlier[name] : undefined);
    if (difference.count < 0) return undefined;
    if (difference.count > 0) added[name] = difference;
  }
  return added;
}
