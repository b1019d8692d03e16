import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@tidemark/local/clock';
import { type PutRecords, takeCall } from '@tidemark/ops-cli/produce/lane';
import type { OutgoingRecord } from '@tidemark/ops-cli/produce/record';

/** A record, and when it is to arrive. */
export interface TimedRecord extends OutgoingRecord {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

export interface PaceOptions<Sent extends TimedRecord> {
  readonly put: PutRecords;
  /** The clock that the stream stamps arrivals with. It is stopped, and nothing else may move it on. */
  readonly clock: Pick<Clock, 'now' | 'set' | 'scale'>;
  /** In the order of their times. */
  readonly records: Iterable<Sent>;
  /** Engine seconds a second, at most. */
  readonly pace: number;
  /** The stream has taken the record, at this time of the clock. */
  readonly onAccepted: (record: Sent, arrivalMs: number) => void;
  readonly signal: AbortSignal;
}

/** How often the clock is moved on where there is nothing to send, in milliseconds. */
const stepMs = 50;
/** Calls in a row for what the stream refuses, before the clock moves on by a second without it. */
const callsAnInstant = 3;
const refusedWaitMs = 20;
/** Seconds of the clock for which not one record is taken, before it is given up. */
const fruitlessSecondsMax = 30;

/**
 * Puts records on a stream each of which arrives at its own time: the clock is moved on to the time of the next record, and on from there only when the
 * stream has taken it. A shard takes a thousand records a second of the clock: of more than that, the rest arrives a second
 * later, and what comes after it at that time or its own. Throws AWS's errors, and the signal's reason.
 */
export async function sendAtTheirTimes<Sent extends TimedRecord>(options: PaceOptions<Sent>): Promise<void> {
  const { clock, records, pace, signal } = options;
  clock.scale(0);
  const startMs = clock.now();
  const wallStartMs = performance.now();
  const dueMs = (): number => startMs + (performance.now() - wallStartMs) * pace;
  for (const instant of byTime(records)) {
    const timeMs = instant[0]?.timeMs ?? 0;
    while (clock.now() < timeMs) {
      const waitMs = Math.min(stepMs, (timeMs - dueMs()) / pace);
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
      const nextMs = Math.min(timeMs, Math.floor(dueMs()));
      if (nextMs > clock.now()) clock.set(nextMs);
    }
    signal.throwIfAborted();
    await putAll(instant, options);
  }
}

/** The records of one time together. */
function* byTime<Sent extends TimedRecord>(records: Iterable<Sent>): Generator<Sent[]> {
  let instant: Sent[] = [];
  for (const record of records) {
    const timeMs = instant[0]?.timeMs ?? record.timeMs;
    if (record.timeMs < timeMs) throw new Error(`a record of ${record.timeMs} comes after one of ${timeMs}`);
    if (record.timeMs > timeMs) {
      yield instant;
      instant = [];
    }
    instant.push(record);
  }
  if (instant.length > 0) yield instant;
}

/** Puts the records at the time of the clock, those that are refused again, until all of them are taken. */
async function putAll<Sent extends TimedRecord>(records: readonly Sent[], options: PaceOptions<Sent>): Promise<void> {
  const { put, clock, onAccepted, signal } = options;
  let waiting: readonly Sent[] = records;
  let lastTakenMs = clock.now();
  for (let calls = 1; ; calls += 1) {
    const arrivalMs = clock.now();
    const { left, reason } = await putOnce(waiting, put, (record) => onAccepted(record, arrivalMs));
    if (left.length === 0) return;
    if (left.length < waiting.length) lastTakenMs = arrivalMs;
    if (arrivalMs - lastTakenMs > fruitlessSecondsMax * 1000) {
      throw new Error(`Kinesis keeps refusing records: ${reason ?? 'no reason given'}`);
    }
    waiting = left;
    await sleep(refusedWaitMs, undefined, { signal });
    if (calls % callsAnInstant === 0) clock.set((Math.floor(arrivalMs / 1000) + 1) * 1000);
  }
}

/** One call for as many records as a call may hold, until each has been in one. */
async function putOnce<Sent extends TimedRecord>(
  records: readonly Sent[],
  put: PutRecords,
  accepted: (record: Sent) => void,
): Promise<{ readonly left: readonly Sent[]; readonly reason: string | undefined }> {
  const queue = [...records];
  const left: Sent[] = [];
  let said: string | undefined;
  while (queue.length > 0) {
    const call = takeCall(queue);
    const { refused, reason } = await put(call);
    said = reason ?? said;
    const isRefused = new Set<OutgoingRecord>(refused);
    for (const record of call) {
      if (isRefused.has(record)) left.push(record);
      else accepted(record);
    }
  }
  return { left, reason: said };
}
