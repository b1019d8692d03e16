import type { SourceRecord } from './source.ts';

/** A window over arrival time that has begun on a shard. A position store keeps it, as JSON, with the shard's position. */
export interface OpenWindow {
  /** Engine time. What arrives from `endMs` on belongs to a later window. */
  readonly startMs: number;
  readonly endMs: number;
  /** JSON of what the latest answer gave, for the next call. */
  readonly state: string;
}

/** How a call ends its window: because nothing more belongs to it, or because its state has grown too large. */
export type WindowEnd = 'final' | 'early';

/** A larger state, in bytes of JSON, ends the window early. */
export const stateBytesMax = 1_048_576;
const freshState = '{}';

/** The window that an arrival lies in: multiples of its length since the epoch. */
export function windowAt(arrivalMs: number, seconds: number): OpenWindow {
  const startMs = Math.floor(arrivalMs / (seconds * 1000)) * seconds * 1000;
  return { startMs, endMs: startMs + seconds * 1000, state: freshState };
}

/** The same span with nothing in its state. */
export function emptied({ startMs, endMs }: OpenWindow): OpenWindow {
  return { startMs, endMs, state: freshState };
}

/** Whether a record belongs to the window once that is open: an arrival that went backwards stays in it. */
export function holds({ endMs }: OpenWindow, { arrivalMs }: Pick<SourceRecord, 'arrivalMs'>): boolean {
  return arrivalMs < endMs;
}

/** What a windowed call says beside its records. */
export interface WindowCall {
  readonly window: OpenWindow;
  readonly end: WindowEnd | undefined;
  /** Whether an early end is called final as well. */
  readonly earlyIsFinal: boolean;
  readonly shardId: string;
  readonly eventSourceArn: string;
}

/** The event of a batch in a window, as JSON; a call that ends a window may have no records. */
export function windowedEventJson(
  records: readonly Pick<SourceRecord, 'json'>[],
  { window: { startMs, endMs, state }, end, earlyIsFinal, shardId, eventSourceArn }: WindowCall,
): string {
  const members = [
    `"Records":[${records.map((record) => record.json).join(',')}]`,
    `"window":${JSON.stringify({ start: timeOf(startMs), end: timeOf(endMs) })}`,
    `"state":${state}`,
    `"shardId":${JSON.stringify(shardId)}`,
    `"eventSourceARN":${JSON.stringify(eventSourceArn)}`,
    `"isFinalInvokeForWindow":${end === 'final' || (end === 'early' && earlyIsFinal)}`,
    `"isWindowTerminatedEarly":${end === 'early'}`,
  ];
  return `{${members.join(',')}}`;
}

/** JSON of the state that an answer carries; undefined where it has no `state`, or one that is no object. */
export function stateIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { state } = answer as { state?: unknown };
  const isObject = typeof state === 'object' && state !== null && !Array.isArray(state);
  return isObject ? JSON.stringify(state) : undefined;
}

/** `2026-11-02T09:00:00Z` */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
