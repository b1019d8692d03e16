import type { StoredItem } from '@tidemark/core/prune/line';
import type { SpanSize } from '@tidemark/core/series/key';
import { decodeBucket, encodeBucket } from '@tidemark/core/series/key';
import type { BucketItem, WindowFigures, WindowItem } from '@tidemark/core/series/partial';
import { encodeSequence } from '@tidemark/core/series/sequence';
import { measures } from '../replay/feed.ts';
import { type CountedDay, countedDays, generations, sizes } from './pruned-days.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Every fifth series has something in every minute, the others in every eighth; the first four are such. */
const busyEvery = 5;
const quietStepMs = 8 * minuteMs;
/** Shards that the stream no longer has: live counting writes none of these items. */
const slices = ['000000000100', '000000000101'];
/** Digits of a sequence number. */
const sequenceDigits = 56;

interface Place {
  readonly series: number;
  readonly size: SpanSize;
  readonly generation: number;
  readonly startMs: number;
  readonly slice: string;
}

export function seriesName(series: number): string {
  return `unicorn ${series}`;
}

/** Everything that is put into a table of so many series, series by series. */
export function* tableItems(series: number): Generator<StoredItem> {
  for (let at = 0; at < series; at += 1) {
    for (const day of countedDays) yield* itemsOfDay(at, day);
  }
}

function* itemsOfDay(series: number, { dayMs: midnightMs, generation }: CountedDay): Generator<StoredItem> {
  for (const size of sizes) {
    const stepMs = stepOf(series, size);
    for (let startMs = midnightMs; startMs < midnightMs + dayMs; startMs += stepMs) {
      for (const slice of slices) yield itemAt({ series, size, generation, startMs, slice });
    }
  }
}

/** The day that an item belongs to; undefined for what live counting wrote. Throws for what nobody can have written. */
export function dayOf({ Bucket }: StoredItem): CountedDay | undefined {
  const { startMs, generation, slice } = decodeBucket(Bucket);
  if (!slices.includes(slice)) return undefined;
  const midnightMs = Math.floor(startMs / dayMs) * dayMs;
  const day = countedDays.find((each) => each.dayMs === midnightMs && each.generation === generation);
  if (day === undefined) throw new Error(`${Bucket} was never put`);
  return day;
}

/** The item as it was put that has the keys of this one. */
export function asPut({ EventName, Bucket }: StoredItem): StoredItem {
  return itemAt({ series: Number(EventName.slice(seriesName(0).length - 1)), ...decodeBucket(Bucket) });
}

function stepOf(series: number, size: SpanSize): number {
  if (size === '1h') return hourMs;
  return (series + 1) % busyEvery === 0 ? minuteMs : quietStepMs;
}

/** As counting and windows leave theirs. */
function itemAt({ series, size, generation, startMs, slice }: Place): StoredItem {
  const minute = startMs / minuteMs;
  const count = 1 + ((series * 7919 + minute * 31 + Number(slice) * 17 + generation * 101) % 997);
  const digits = `4966${minute}${String(count).padStart(4, '0')}`;
  const isFirst = generation === generations.first;
  const common = {
    EventName: seriesName(series),
    Bucket: encodeBucket({ size, generation, startMs, slice }),
    LastSequence: encodeSequence(digits.padEnd(sequenceDigits, '7')),
    WrittenBy: isFirst ? 'live' : 'recount',
  } as const;
  if (!size.startsWith('w')) {
    const item: BucketItem = { ...common, EventCount: count, ...(isFirst ? {} : { Recounted: count }) };
    return { ...item };
  }
  const figures = figuresOf(count);
  const item: WindowItem = { ...common, ...figures, ...(isFirst ? {} : { Recounted: figures }) };
  return { ...item };
}

function figuresOf(count: number): WindowFigures {
  const figures = { Count: count, Sum: (count * 30_517) / 1000, Minimum: 0.017, Maximum: 59.983 };
  return { EventCount: count, Measures: Object.fromEntries(Object.keys(measures).map((name) => [name, figures])) };
}
