import { decisionsCacheMs } from '../../limits.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import { generationOf } from '../../replay/timeline.ts';
import { timeoutMs } from '../world.ts';
import { readTimeline } from './control.ts';
import { bucketOf, partialKeyOf } from './partial-keys.ts';
import type { Step } from './step.ts';
import { RunningStep, request } from './step.ts';
import type { ReplayWorld } from './world.ts';

/** Reads the totals of all buckets, by a timeline that it remembers for a while. */
export class Reader {
  readonly #world: ReplayWorld;
  #remembered: { readonly timeline: TimelineItem; readonly readAtMs: number } | undefined;

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
      this.#remembered = { timeline: yield* readTimeline(world), readAtMs };
    }
    const { timeline } = this.#remembered;
    yield* request('read totals', () => this.#check(timeline), 'read');
  }

  #check(timeline: TimelineItem): void {
    const { truth, findings, nowMs } = this.#world;
    for (const [bucket, total] of totalsBy(this.#world, timeline)) {
      const sent = truth.sent(bucket, nowMs);
      if (total.count > sent && !total.isDamaged) {
        findings.report('readers', `${bucket} is read as ${total.count}, and ${sent} were sent`);
      }
    }
  }
}

/** What readers see who go by `timeline`. */
export function totalsBy(
  { store, checks }: ReplayWorld,
  timeline: TimelineItem,
): Map<string, { count: number; isDamaged: boolean }> {
  const totals = new Map<string, { count: number; isDamaged: boolean }>();
  const total = (bucket: string): { count: number; isDamaged: boolean } => {
    const found = totals.get(bucket) ?? { count: 0, isDamaged: false };
    totals.set(bucket, found);
    return found;
  };
  for (const [text, { numbers }] of store.partials) {
    const key = partialKeyOf(text);
    if (generationOf(timeline, key.size, key.startMs) === key.generation) {
      total(bucketOf(key)).count += numbers.EventCount ?? 0;
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
