import type { Floors } from '../../control/floors.ts';
import { floorsOf } from '../../control/floors.ts';
import { decisionsCacheMs } from '../../limits.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import { generationOf } from '../../replay/timeline.ts';
import type { PartialKey } from '../../series/key.ts';
import { timeoutMs } from '../world.ts';
import { readFloors, readTimeline } from './control.ts';
import { bucketOf, partialKeyOf } from './partial-keys.ts';
import type { Step } from './step.ts';
import { RunningStep, request } from './step.ts';
import { visibleBy } from './visible.ts';
import type { ReplayWorld } from './world.ts';

/** Reads the totals of all buckets, by a timeline and floors that it remembers for a while. */
export class Reader {
  readonly #world: ReplayWorld;
  #remembered: { readonly timeline: TimelineItem; readonly floors: Floors; readonly readAtMs: number } | undefined;

  constructor(world: ReplayWorld) {
    this.#world = world;
  }

  read(): void {
    const { program } = new RunningStep(this.#read());
    const { network, nowMs } = this.#world;
    const deadlineMs = nowMs + timeoutMs;
    network.start({ name: 'reader', program, deadlineMs, onEnd: () => undefined });
  }

  *#read(): Step<void> {
    const world = this.#world;
    const readAtMs = world.nowMs;
    if (this.#remembered === undefined || readAtMs - this.#remembered.readAtMs > decisionsCacheMs) {
      const timeline = yield* readTimeline(world);
      this.#remembered = { timeline, floors: floorsOf(yield* readFloors(world)), readAtMs };
    }
    const { timeline, floors } = this.#remembered;
    // What nobody hears of nobody has seen.
    const seen = yield* request('read totals', () => this.#look(timeline, floors), 'read');
    this.#check(timeline, floors, seen, this.#remembered.readAtMs);
  }

  #look(timeline: TimelineItem, floors: Floors): Seen {
    const { rules, nowMs } = this.#world;
    return { totals: totalsBy(this.#world, timeline, rules.readersAboveFloors ? floors : floorsOf(undefined)), nowMs };
  }

  #check(timeline: TimelineItem, floors: Floors, { totals, nowMs }: Seen, readAtMs: number): void {
    const { truth, findings } = this.#world;
    // A request that hangs for long meets what was remembered too long.
    if (nowMs - readAtMs <= decisionsCacheMs) {
      checkBelowFloors(this.#world, timeline, floors, totals);
    }
    for (const [bucket, total] of totals) {
      const sent = truth.sent(bucket, nowMs);
      if (total.count > sent && !total.isDamaged) {
        findings.report('readers', `${bucket} is read as ${total.count}, and ${sent} were sent`);
      }
    }
  }
}

/** What a reading found, and when. */
interface Seen {
  readonly totals: Totals;
  readonly nowMs: number;
}

/** By bucket. `isDamaged`: a partial of it was changed by hand. */
export type Totals = Map<string, { count: number; isDamaged: boolean }>;

/** Below a floor nothing is seen but what is restored, and that is whole: what the bucket was ever given. */
export function checkBelowFloors(
  { truth, findings }: ReplayWorld,
  timeline: TimelineItem,
  floors: Floors,
  totals: Totals,
): void {
  for (const bucket of new Set([...totals.keys(), ...truth.buckets])) {
    const { size, startMs } = placeOf(bucket);
    if (startMs >= floors.highestFloor(size)) {
      continue;
    }
    const isRestored = floors.restored(size).some(({ FromMs, ToMs }) => startMs >= FromMs && startMs < ToMs);
    const { count, isDamaged } = totals.get(bucket) ?? { count: 0, isDamaged: false };
    if (!isRestored && totals.has(bucket) && !isDamaged) {
      findings.report('visible', `${bucket} lies below the floor, and is read as ${count}`);
    }
    const held = truth.total(bucket, generationOf(timeline, size, startMs));
    if (isRestored && held !== undefined && count !== held && !isDamaged) {
      findings.report('restored', `${bucket} is read as ${count}, and had ${held}`);
    }
  }
}

/** Of `<series>|<size>#<start>`. */
export function placeOf(bucket: string): Pick<PartialKey, 'size' | 'startMs'> {
  return partialKeyOf(bucket.replace('#', '#0000#').concat('#none'));
}

/** What readers see who go by `timeline` and `floors`. */
export function totalsBy({ store, checks }: ReplayWorld, timeline: TimelineItem, floors: Floors): Totals {
  const totals: Totals = new Map();
  const isVisible = visibleBy(timeline, floors);
  const total = (bucket: string): { count: number; isDamaged: boolean } => {
    const found = totals.get(bucket) ?? { count: 0, isDamaged: false };
    totals.set(bucket, found);
    return found;
  };
  for (const [text, { numbers }] of store.partials) {
    if (isVisible(text)) {
      total(bucketOf(partialKeyOf(text))).count += numbers.EventCount ?? 0;
    }
  }
  for (const text of checks.damaged) {
    const key = partialKeyOf(text);
    // What was changed in a generation that was given back may have hidden that it should not have been.
    if (key.generation >= generationOf(timeline, key.size, key.startMs)) {
      total(bucketOf(key)).isDamaged = true;
    }
  }
  return totals;
}
