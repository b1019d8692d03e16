import type { Random } from '../../generate/random.ts';
import type { WindowShard } from './readings.ts';
import type { WindowScenario } from './scenario.ts';

/** A window as Lambda has it, milliseconds since the epoch. */
export interface Bounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** What Lambda keeps of a shard between two invocations. */
export interface Position {
  /** Place of the first record that is not handled. */
  readonly next: number;
  /** The state of the last answer that was heard, as JSON; empty where there is none. */
  readonly state: string;
  /** Absent until a record opens the next window. */
  window: Bounds | undefined;
  /** When the window closes at the latest: Lambda is up to two minutes late where nothing comes. */
  closeAtMs: number;
  /** The state was too big: the next call ends the window early. */
  readonly endsEarly: boolean;
  /** Where the records end that a final call was once sent with; only without `closingsVary`. */
  lastTo: number | undefined;
}

/** What an invocation is sent. */
export interface WindowCall {
  readonly place: number;
  /** Records `from` to `to` (without it) of the shard, perhaps none. */
  readonly from: number;
  readonly to: number;
  readonly state: unknown;
  readonly window: Bounds;
  readonly closes: 'no' | 'final' | 'early';
}

const lateMsMax = 2 * 60 * 1000;

export function positionAt(next: number): Position {
  const nothing = { state: '', window: undefined, closeAtMs: Number.POSITIVE_INFINITY, endsEarly: false };
  return { ...nothing, next, lastTo: undefined };
}

/** The position after a call from `position` was answered with `state`. */
export function positionAfter(position: Position, call: WindowCall, state: string, scenario: WindowScenario): Position {
  switch (call.closes) {
    case 'final':
      return positionAt(call.to);
    case 'early':
      return { ...position, next: call.to, state: '', endsEarly: false };
    case 'no':
      return { ...position, next: call.to, state, endsEarly: state.length > scenario.tumbling.stateBytesMax };
  }
}

/** When there is something to send from a position; Infinity for never. Milliseconds since the epoch. */
export function dueMs({ records }: WindowShard, { next, window, closeAtMs }: Position, isSealed: boolean): number {
  const record = records[next];
  if (window === undefined) {
    return record?.visibleMs ?? Number.POSITIVE_INFINITY;
  }
  const closesMs = record === undefined && isSealed ? 0 : closeAtMs;
  return Math.min(record?.visibleMs ?? Number.POSITIVE_INFINITY, closesMs);
}

/**
 * What Lambda may send from a position at a time; undefined where there is nothing to send. Batches are of any size: so come retries with
 * other bounds, and the halves of a batch that failed. A sealed shard gets no more records: a reshard closed it.
 */
export function nextCall(
  random: Random,
  scenario: WindowScenario,
  place: number,
  position: Position,
  nowMs: number,
  isSealed: boolean,
): WindowCall | undefined {
  const { records } = scenario.shards[place] as WindowShard;
  const { next } = position;
  const visibleTo = next + records.slice(next).filter(({ visibleMs }) => visibleMs <= nowMs).length;
  const window = openWindow(random, scenario, position, visibleTo > next ? records[next]?.arrivalMs : undefined, nowMs);
  if (window === undefined) {
    return undefined;
  }
  const end = endOfWindow(scenario, place, position, window, visibleTo);
  const isPast = end < visibleTo || position.lastTo !== undefined;
  const isOver = isPast || (end === records.length && isSealed) || nowMs >= position.closeAtMs;
  const to = Math.min(end, next + 1 + random.integer(scenario.batchMax));
  const base = { place, from: next, window, state: stateHandedOver(random, position) };
  if (position.endsEarly) {
    return { ...base, to: random.fraction() < 0.5 ? next : to, closes: 'early' };
  }
  const { keepsBounds, closingsVary } = scenario.tumbling;
  // The half of a final batch that failed may be called final as well.
  const isHalf = to < end && isOver && closingsVary;
  const mayClose = isHalf || (to === end && (isOver || (!keepsBounds && random.fraction() < 0.25)));
  if (mayClose && (to === next || random.fraction() < 0.6)) {
    position.lastTo ??= closingsVary ? undefined : to;
    return { ...base, to, closes: 'final' };
  }
  return to === next ? undefined : { ...base, to, closes: 'no' };
}

/** The window of a position, opened by the arrival of its next record where it has none yet. */
function openWindow(
  random: Random,
  { seconds, tumbling }: WindowScenario,
  position: Position,
  arrivalMs: number | undefined,
  nowMs: number,
): Bounds | undefined {
  if (position.window === undefined && arrivalMs !== undefined) {
    const spanMs = seconds * 1000;
    const places = Math.floor((arrivalMs - tumbling.offsetMs) / spanMs);
    const startMs = (tumbling.keepsBounds ? places : places + random.integer(5) - 2) * spanMs + tumbling.offsetMs;
    position.window = { startMs, endMs: startMs + spanMs };
    position.closeAtMs = Math.max(nowMs, position.window.endMs) + random.integer(lateMsMax);
  }
  return position.window;
}

/** Place of the first visible record that arrived after the window: one that arrived before it goes with it. */
function endOfWindow(
  { shards, tumbling }: WindowScenario,
  place: number,
  { next, lastTo }: Position,
  window: Bounds,
  visibleTo: number,
): number {
  const { records } = shards[place] as WindowShard;
  let end = next;
  while (end < visibleTo && (!tumbling.keepsBounds || (records[end]?.arrivalMs ?? 0) < window.endMs)) {
    end += 1;
  }
  return Math.min(end, lastTo ?? end);
}

/** An empty state may come in any of these shapes. */
function stateHandedOver(random: Random, { state }: Position): unknown {
  return state === '' ? [{}, null, undefined][random.integer(3)] : JSON.parse(state);
}
