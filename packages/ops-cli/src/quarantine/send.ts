import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { takeCall } from '../produce/lane.ts';
import { holdMs, isHeldBy, type Marker, type Place } from './marker.ts';
import type { Part } from './parts.ts';
import { HoldOver } from './put.ts';
import { missingOf, type Open, type Outcome, type ResubmissionReach } from './resubmission.ts';

/** Renewed when less than this is left of a hold. */
const renewMs = holdMs / 2;
const waitMsMin = 100;
const waitMsMax = 5_000;
/** Puts in a row of which nothing was taken before it gives up: about two minutes. */
const fruitlessMax = 30;

/**
 * Puts what is missing while the object is held. An object of which a record's fate is unknown stays open. `isFirst`: nobody held it before.
 */
export async function send(
  open: Open,
  held: Marker,
  reach: ResubmissionReach,
  isFirst: boolean,
): Promise<Outcome | Open> {
  const { markers, nowMs, signal } = reach;
  const { object } = open.item;
  const sending: Sending = { open, marker: held, waiting: missingOf(open), unknown: 0 };
  const end = async (): Promise<void> => {
    // Where surely nothing was put, it is as if it had never begun.
    const isUntouched = isFirst && open.found.size === 0 && sending.unknown === 0;
    if (isUntouched) await markers.withdraw(object, sending.marker);
    else await markers.release(object, sending.marker, await nowMs());
  };
  try {
    await sendAll(sending, reach);
  } catch (error) {
    await end();
    throw error;
  }
  // Taken over by somebody who found the hold over: theirs to finish.
  if (!isHeldBy(sending.marker, markers.holder)) return { ...open, lookedMs: 0 };
  if (missingOf(open).length === 0) {
    await markers.finish(object, open.found, await nowMs());
    return { kind: 'sent' };
  }
  await end();
  if (signal.aborted) return { kind: 'open' };
  return { ...open, lookedMs: 0 };
}

/** What is put of an object while it is held. */
interface Sending {
  readonly open: Open;
  marker: Marker;
  waiting: Part[];
  /** Records of which nobody knows whether they were put. */
  unknown: number;
}

/** Ends when everything was put once, when the hold was lost, or with the signal. Throws where AWS refuses, or keeps refusing. */
async function sendAll(sending: Sending, reach: ResubmissionReach): Promise<void> {
  const { markers, nowMs, signal } = reach;
  const { object } = sending.open.item;
  let waitMs = waitMsMin;
  for (let fruitless = 0; sending.waiting.length > 0 && !signal.aborted; ) {
    if (sending.marker.UntilMs - (await nowMs()) < renewMs)
      sending.marker = await markers.renew(object, sending.marker, await nowMs());
    if (!isHeldBy(sending.marker, markers.holder)) return;
    if (await sendSome(sending, reach)) {
      [fruitless, waitMs] = [0, waitMsMin];
      continue;
    }
    fruitless += 1;
    if (fruitless === fruitlessMax)
      throw new Failure(
        `Kinesis keeps refusing the records of ${object}. Run the command again later: it goes on where it stood.`,
      );
    reach.say('the stream takes no more at the moment');
    await sleep(waitMs / 2 + (Math.random() * waitMs) / 2);
    waitMs = Math.min(waitMsMax, waitMs * 2);
  }
}

/** One put. False where all of it was refused. */
async function sendSome(sending: Sending, { stream }: ResubmissionReach): Promise<boolean> {
  const call = takeCall(sending.waiting);
  const answers = await stream.put(call, sending.marker.UntilMs).catch((error: unknown) => {
    // The hold was over before the call was signed.
    if (error instanceof HoldOver) return undefined;
    throw error;
  });
  const refused: Part[] = [];
  for (const [index, part] of call.entries()) {
    const answer = answers?.[index];
    if (answer?.kind === 'taken') sending.open.found.set(part.index, placeOf(answer));
    else if (answer?.kind === 'unknown') sending.unknown += 1;
    else refused.push(part);
  }
  sending.waiting.unshift(...refused);
  return refused.length < call.length;
}

function placeOf({ shardId, sequenceNumber }: Place): Place {
  return { shardId, sequenceNumber };
}
