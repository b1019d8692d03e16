import type { FloorsItem } from '../../control/floors.ts';
import type { CheckpointUpdate } from '../../count/checkpoint.ts';
import type { FencedUpdate } from '../../count/fence.ts';
import { floorsVersion } from '../../prune/floors-change.ts';
import type { RunItem } from '../../replay/run.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import { firstTimeline } from '../../replay/timeline.ts';
import type { Fence } from '../../series/sequence.ts';
import { sequenceOf } from '../check.ts';
import type { FenceAnswer, FencedItem } from '../store.ts';
import { Store } from '../store.ts';
import type { Datum } from './steps/correct.ts';

/** A checkpoint with the first record that its keeper ever handled. */
export interface MarkedItem {
  LastSequence: Fence;
  ArrivalMs: number;
  readonly FirstSequence: Fence;
  readonly FirstArrivalMs: number;
  /** Of a recount: the first record that came by a pipe. */
  StreamFirst?: number;
}

/** `isPiped`: of a recount, whether the batch came by a pipe. */
type PipedCheckpoint = CheckpointUpdate & { readonly isPiped?: boolean };

/** A partial as it lies in the table. */
export interface StoredPartial {
  readonly numbers: Readonly<Record<string, number>>;
  readonly LastSequence: Fence;
  readonly writer: string;
}

/** Tables in memory, with timeline and runs beside what counting keeps, and the metric that live changes are published to. */
export class ReplayStore extends Store {
  /** Called whenever the timeline has changed. */
  onTimeline: (before: TimelineItem, after: TimelineItem) => void = () => undefined;
  /** Called whenever somebody has added to a partial. */
  onCounted: (key: string, writer: string) => void = () => undefined;
  /** Whether publishing puts a change of this partial. */
  isPublished: (key: string) => boolean = () => true;
  /** Attributes come one after the other, and late ones after the end. */
  readonly runs = new Map<string, Partial<RunItem>>();
  /** By the control table's `Item`, as whoever reads checkpoints finds them. */
  readonly marks = new Map<string, MarkedItem>();
  /** By undo, an object: what is to be put to the metric for the buckets that it gives back, as they were when it held the counter. */
  readonly undone = new Map<string, readonly Datum[]>();
  /** Who wrote a partial last: `live` or `recount`. */
  readonly writers = new Map<string, string>();
  /** By `<series>|<size>#<start>`: the sum of everything that was put to the metric. */
  readonly metric = new Map<string, number>();

  get timeline(): TimelineItem {
    return this.current.timeline ?? firstTimeline;
  }

  /** False: the timeline is not as it was read. `versionRead` undefined: without a condition. */
  putTimeline(item: TimelineItem, versionRead: number | undefined): boolean {
    if (versionRead !== undefined && this.timeline.Version !== versionRead) {
      return false;
    }
    const before = this.timeline;
    this.decisions.push({ ...this.current, timeline: item });
    this.onTimeline(before, item);
    return true;
  }

  /** False: the floors are not as they were read. */
  putFloors(item: FloorsItem, versionRead: number): boolean {
    if (floorsVersion(this.current.floors) !== versionRead) {
      return false;
    }
    this.decisions.push({ ...this.current, floors: item });
    return true;
  }

  read(key: string): StoredPartial | undefined {
    const item = this.partials.get(key);
    return (
      item && { numbers: { ...item.numbers }, LastSequence: item.LastSequence, writer: this.writers.get(key) ?? '' }
    );
  }

  remove(key: string): void {
    this.partials.delete(key);
    this.writers.delete(key);
  }

  /** Puts a partial where nothing stands, or what is given as `seen`; otherwise answers what stands there. */
  putBack(key: string, partial: StoredPartial, seen: StoredPartial | undefined): StoredPartial | undefined {
    const standing = this.read(key);
    const isAsSeen =
      seen === undefined ? standing === undefined : standing !== undefined && samePartial(standing, seen);
    if (!isAsSeen) {
      return standing;
    }
    const { numbers, LastSequence, writer } = partial;
    this.partials.set(key, { numbers: { ...numbers }, LastSequence, verified: 0 });
    this.writers.set(key, writer);
    this.publish(key, writer, (numbers.EventCount ?? 0) - (standing?.numbers.EventCount ?? 0));
    return undefined;
  }

  /** What the table's stream tells of a change: what live counting has written is put to the metric. */
  publish(key: string, writer: string, count: number): void {
    this.put(metricOf(key), writer === 'live' && this.isPublished(key) ? count : 0);
  }

  /** Sets attributes of a run; those of `once` only where it has none yet. */
  setRun(run: string, change: Partial<RunItem>, once: Partial<RunItem> = {}): void {
    this.runs.set(run, { ...once, ...this.runs.get(run), ...change });
  }

  override addFenced(
    items: Map<string, FencedItem>,
    key: string,
    update: FencedUpdate,
    below: Fence | undefined,
  ): FenceAnswer {
    const answer = super.addFenced(items, key, update, below);
    const writer = update.set.WrittenBy;
    if (answer === undefined && writer !== undefined) {
      this.writers.set(key, writer);
      this.publish(key, writer, update.add.EventCount ?? 0);
      this.onCounted(key, writer);
    }
    return answer;
  }

  override checkpoint(update: PipedCheckpoint, lastSequence: Fence, isConditional: boolean): void {
    super.checkpoint(update, lastSequence, isConditional);
    const { first, arrivalMs, key, isPiped } = update;
    const { sequence, arrivalMs: FirstArrivalMs } = first ?? { sequence: '', arrivalMs: 0 };
    const mark: MarkedItem = this.marks.get(key.Item) ?? {
      LastSequence: lastSequence,
      ArrivalMs: arrivalMs,
      FirstSequence: sequence,
      FirstArrivalMs,
    };
    this.marks.set(key.Item, mark);
    if (mark.LastSequence < lastSequence) {
      mark.LastSequence = lastSequence;
      mark.ArrivalMs = arrivalMs;
    }
    if (isPiped === true) {
      mark.StreamFirst ??= sequenceOf(sequence);
    }
  }

  /** Puts a number to the metric, which adds up what it is given. */
  put(datum: string, count: number): void {
    this.metric.set(datum, (this.metric.get(datum) ?? 0) + count);
  }
}

/** Whether all that two items hold is the same. */
export function samePartial(one: StoredPartial, other: StoredPartial): boolean {
  const columns = Object.keys({ ...one.numbers, ...other.numbers });
  return (
    one.LastSequence === other.LastSequence &&
    one.writer === other.writer &&
    columns.every((column) => one.numbers[column] === other.numbers[column])
  );
}

/** `<series>|<size>#<generation>#<start>#<slice>` to `<series>|<size>#<start>`. */
export function metricOf(key: string): string {
  const bar = key.lastIndexOf('|');
  const [size, , start] = key.slice(bar + 1).split('#');
  return `${key.slice(0, bar)}|${size}#${start}`;
}
