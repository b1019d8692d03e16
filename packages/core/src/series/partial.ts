import type { FiguresItem } from './figures.ts';
import type { Fence } from './sequence.ts';

/** Who wrote a partial last; only what live counting wrote is published. */
export type Writer = 'live' | 'recount';

/** An item of the Series table. Keys `EventName` (partition) and `Bucket` (sort, see key.ts). */
export interface PartialItem {
  readonly EventName: string;
  readonly Bucket: string;
  readonly EventCount: number;
  /** The fence: the highest sequence number that `EventCount` contains. */
  readonly LastSequence: Fence;
  readonly WrittenBy: Writer;
}

/** The partial of a bucket. */
export interface BucketItem extends PartialItem {
  /** The part of `EventCount` that recounts added, which publishing passed over; absent where none did. Live counting never touches it. */
  readonly Recounted?: number;
}

/** What readings add up to. */
export interface WindowFigures {
  /** Readings. */
  readonly EventCount: number;
  readonly Measures: Readonly<Record<string, FiguresItem>>;
}

/** The partial of a window: `EventCount` is the number of its readings. */
export interface WindowItem extends PartialItem, WindowFigures {
  /** The readings among them that recounts added; absent where none did. Live counting never touches it. */
  readonly Recounted?: WindowFigures;
}

/** The series that holds every event whose name was not admitted. No event may carry this name itself. */
export const otherSeries = '$other';

/** The generation that live counting writes until a timeline says otherwise. */
export const firstGeneration = 0;
