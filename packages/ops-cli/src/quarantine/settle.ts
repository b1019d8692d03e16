import { setTimeout as sleep } from 'node:timers/promises';
import { recordBytes } from '../produce/record.ts';
import { isHeldBy, type Marker } from './marker.ts';
import {
  lateMs,
  marginMs,
  missingOf,
  type Open,
  type Outcome,
  type ResubmissionReach,
  type Resubmitted,
} from './resubmission.ts';
import { send } from './send.ts';

const pollMs = 500;

/** An open object, and its marker as it was read. */
interface Standing {
  readonly open: Open;
  readonly marker: Marker;
}

/** Begins an object. One that stays open is to be settled. */
export async function submit(item: Resubmitted, reach: ResubmissionReach): Promise<Outcome | Open> {
  const bytes = Math.max(...item.parts.map(recordBytes));
  const bytesMax = reach.facts.recordBytesMax;
  if (bytes > bytesMax) return { kind: 'too-large', bytes, bytesMax };
  const open: Open = { item, lookedMs: 0, found: new Map() };
  if (!item.mayPut) return open;
  const { markers } = reach;
  const marker = await markers.begin(item.object, item.parts.length, await reach.nowMs());
  if (marker.State === 'sent') return { kind: 'already' };
  return isHeldBy(marker, markers.holder) ? send(open, marker, reach, true) : open;
}

/** Finds out about every object that is open, and puts what is missing; ends with the signal. */
export async function settle(
  open: readonly Open[],
  reach: ResubmissionReach,
  onOutcome: (object: string, outcome: Outcome) => void,
): Promise<void> {
  let waiting = [...open];
  while (waiting.length > 0) {
    const standing: Standing[] = [];
    const unmarked: Resubmitted[] = [];
    for (const each of waiting) {
      const marker = await reach.markers.read(each.item.object);
      if (marker?.State === 'sending') standing.push({ open: each, marker });
      else if (marker !== undefined) onOutcome(each.item.object, { kind: 'already' });
      else if (!each.item.mayPut) onOutcome(each.item.object, { kind: 'not-put' });
      else unmarked.push(each.item);
    }
    waiting = [];
    const tell = (item: Resubmitted, known: Outcome | Open): void => {
      if ('kind' in known) onOutcome(item.object, known);
      else waiting.push(known);
    };
    // Somebody began it, and withdrew before anything was put.
    for (const item of unmarked) tell(item, await submit(item, reach));
    const nowMs = await reach.nowMs();
    const isDue = ({ open, marker }: Standing): boolean => open.lookedMs === 0 || nowMs > marker.UntilMs + lateMs;
    const due = standing.filter(isDue);
    if (due.length > 0) await look(due, nowMs, reach);
    waiting.push(...standing.filter((each) => !due.includes(each)).map((each) => each.open));
    for (const { open, marker } of due) tell(open.item, await settleOne(open, marker, nowMs, reach));
    if (standing.length > 0 && due.length === 0) {
      const untilMs = Math.min(...standing.map(({ marker }) => marker.UntilMs + lateMs));
      reach.say(`waiting until ${new Date(untilMs).toISOString().slice(11, 19)} for puts that may still arrive`);
      await sleep(pollMs, undefined, { signal: reach.signal });
    }
    reach.signal.throwIfAborted();
  }
}

/** Looks on the stream for everything that is not found yet. `nowMs`: before the look. */
async function look(
  due: readonly Standing[],
  nowMs: number,
  { stream, say, signal }: ResubmissionReach,
): Promise<void> {
  // What arrived before an earlier look was seen by it.
  const fromMs = Math.min(...due.map(({ open, marker }) => Math.max(marker.SinceMs, open.lookedMs))) - marginMs;
  const missing = due.flatMap(({ open }) => missingOf(open));
  const tell = (atMs: number): void =>
    say(`looking through what arrived since ${isoOf(fromMs)}, now at ${isoOf(atMs).slice(11)}`);
  const found = await stream.find(missing, fromMs, tell, signal);
  for (const { open } of due) {
    open.lookedMs = nowMs;
    for (const { index, partitionKey } of open.item.parts) {
      const place = found.get(partitionKey);
      if (place !== undefined) open.found.set(index, place);
    }
  }
}

/** After a look that began at `nowMs`, when the marker stood as `marker` says. */
async function settleOne(open: Open, marker: Marker, nowMs: number, reach: ResubmissionReach): Promise<Outcome | Open> {
  const { markers, facts } = reach;
  const { object, mayPut, mayRepeat } = open.item;
  if (missingOf(open).length === 0) {
    await markers.finish(object, open.found, await reach.nowMs());
    return { kind: marker.Holder === markers.holder ? 'sent' : 'already' };
  }
  // Its records, had they arrived, might be gone: the look took its time.
  const isTold = marker.SinceMs - marginMs > (await reach.nowMs()) - facts.retentionMs;
  if (!isTold && !(mayPut && mayRepeat)) return { kind: 'untold', sinceMs: marker.SinceMs };
  if (nowMs <= marker.UntilMs + lateMs) return open;
  if (!mayPut) return { kind: 'not-put' };
  const takenMs = await reach.nowMs();
  const taken = await markers.take(object, marker, takenMs, isTold ? undefined : takenMs);
  if (taken.State === 'sent') return { kind: 'already' };
  // Somebody else took it over between the reading of the marker and now.
  if (!isHeldBy(taken, markers.holder)) return { ...open, lookedMs: 0 };
  return send(open, taken, reach, false);
}

function isoOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
