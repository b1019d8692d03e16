import type { Markers, Place } from './marker.ts';
import type { Part } from './parts.ts';
import type { ResubmissionStream, StreamFacts } from './stream.ts';

/*
 * Puts the events of quarantine objects on the stream, each once, however often and by however many commands at a time
 * (docs/decisions/0010-resubmission.md):
 *
 *     no marker -> `sending` (conditional) -> put -> `sent`
 *     `sending` of somebody else, or a put whose answer was lost
 *          -> look on the stream -> all there: `sent`
 *                                -> some missing, and no put can still arrive: take over -> put those -> `sent`
 */

/** One object to resubmit. */
export interface Resubmitted {
  /** Its key without `quarantine/<source>/`. */
  readonly object: string;
  readonly parts: readonly Part[];
  /** Whether what does not stand on the stream may be put: false only looks. */
  readonly mayPut: boolean;
  /** Put it even where the stream no longer tells whether it was put before. */
  readonly mayRepeat: boolean;
}

/** What became of an object. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** An earlier command had put it, or another one did meanwhile. */
  | { readonly kind: 'already' }
  /** Not put: it was only looked for, and is not there. */
  | { readonly kind: 'not-put' }
  /** It may have been put before, and the stream no longer tells. */
  | { readonly kind: 'untold'; readonly sinceMs: number }
  | { readonly kind: 'too-large'; readonly bytes: number; readonly bytesMax: number }
  /** The command was interrupted before it was known. */
  | { readonly kind: 'open' };

/**
 * From the moment on which no put may be signed, how long until none can arrive: the five minutes for which AWS takes a signature, a minute by which
 * the clock may be wrong, and one more for what is under way inside of Kinesis.
 */
export const lateMs = 7 * 60_000;
/** How much earlier than the marker's instant a record may have arrived, as two clocks and Kinesis reckon it, which says "approximate". */
export const marginMs = 5 * 60_000;

export interface ResubmissionReach {
  readonly markers: Markers;
  readonly stream: ResubmissionStream;
  readonly facts: StreamFacts;
  readonly nowMs: () => Promise<number>;
  readonly signal: AbortSignal;
  /** Said while it waits or looks: one phrase. */
  readonly say: (phrase: string) => void;
}

/** An object whose fate is not known yet. */
export interface Open {
  readonly item: Resubmitted;
  /** Everything that arrived before was looked through already, in milliseconds since the epoch. */
  lookedMs: number;
  readonly found: Map<number, Place>;
}

export function missingOf({ item, found }: Open): Part[] {
  return item.parts.filter(({ index }) => !found.has(index));
}
