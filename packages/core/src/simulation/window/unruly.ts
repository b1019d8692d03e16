import { floorsOf } from '../../control/floors.ts';
import { checkpointOf } from '../../count/checkpoint.ts';
import type { Decisions } from '../../count/outcomes.ts';
import type { SeriesKey } from '../../count/partials.ts';
import type { Decode } from '../../count/read.ts';
import type { StreamRecord } from '../../count/record.ts';
import { windowStateBytesMax } from '../../limits.ts';
import { encodeBucket, sliceOfShard } from '../../series/key.ts';
import type { WindowItem } from '../../series/partial.ts';
import { firstGeneration } from '../../series/partial.ts';
import { windowSize } from '../../series/window.ts';
import type { WindowPartial } from '../../window/merge.ts';
import type { HeldPart, WindowState } from '../../window/state.ts';
import { parseState, serializeState } from '../../window/state.ts';
import { WindowTally } from '../../window/tally.ts';
import type { DecidedBatch, WindowPlace, WindowPlan } from '../../window/window.ts';
import { planWindow } from '../../window/window.ts';
import { sliceOf } from '../slice.ts';
import type { WindowShard } from './readings.ts';
import type { Bounds } from './tumbling.ts';
import type { WindowWorld } from './world.ts';

/*
 * What goes into the code that is simulated and what comes out of it, as it is with every rule on, and as it would be with one off.
 */

export function placeOf(world: WindowWorld, place: number): WindowPlace {
  const { source, shards, seconds, flushBytesMax } = world.scenario;
  return {
    source: source.name,
    shardId: (shards[place] as WindowShard).id,
    seconds,
    generationOf: () => firstGeneration,
    writer: 'live',
    stateBytesMax: flushBytesMax,
  };
}

/** The key under which the store keeps a partial. */
export function keyAsRuled({ rules, scenario }: WindowWorld, place: number, { EventName, Bucket }: SeriesKey): string {
  const isOwnSlice = rules.partialPerShard && rules.childIsNewSlice;
  const slice = sliceOf(scenario.shards, place, rules);
  return `${EventName}|${isOwnSlice ? Bucket : `${Bucket.slice(0, Bucket.lastIndexOf('#') + 1)}${slice}`}`;
}

export function decodeAsRuled({ rules, scenario }: WindowWorld): Decode {
  if (rules.statePerName) {
    return scenario.decode;
  }
  return (data, fields, sink) =>
    scenario.decode(data, fields, {
      event: (_name, timeMs, measured) => sink.event('Shadowfax', timeMs, measured),
      malformed: (reason, detail) => sink.malformed(reason, detail),
    });
}

export function decisionsAsRuled({ rules }: WindowWorld, decisions: Decisions): Decisions {
  return rules.oneFate ? decisions : { ...decisions, floors: floorsOf(undefined) };
}

/** With rule `windowByArrival` off a record is taken to have arrived in the window that Lambda says it is in. */
export function recordsAsRuled(
  { rules }: WindowWorld,
  records: readonly StreamRecord[],
  { startMs, endMs }: Bounds,
): readonly StreamRecord[] {
  return rules.windowByArrival
    ? records
    : records.map((record) => ({ ...record, arrivalMs: Math.min(Math.max(record.arrivalMs, startMs), endMs - 1) }));
}

/** With rule `heldPassedOver` off a state does not know how far it has come. */
export function stateAsRuled({ rules }: WindowWorld, state: WindowState): WindowState {
  return rules.heldPassedOver ? state : { ...state, last: { ...state.last, sequence: '' } };
}

export function planAsRuled(
  world: WindowWorld,
  place: number,
  state: WindowState | undefined,
  batch: DecidedBatch | undefined,
  ends: boolean,
): WindowPlan {
  const { rules } = world;
  const at = placeOf(world, place);
  if (!rules.flushFollowsRecords && !ends) {
    return flushedAtEnd(at, planWindow({ ...at, stateBytesMax: Number.POSITIVE_INFINITY }, state, batch, false));
  }
  const plan = planWindow(at, state, batch, ends);
  const hasFlushed = !ends && plan.partials.length > 0 && batch !== undefined;
  return rules.flushMovesNoCheckpoint || !hasFlushed ? plan : withCheckpoint(plan, batch);
}

/** The state that is answered; with rule `exactSums` off each sum is rounded to one number. */
export function carriedAsRuled({ rules }: WindowWorld, state: WindowPlan['state']): object {
  const parsed = rules.exactSums ? undefined : parseState(state);
  return parsed?.kind === 'held' ? serializeState({ ...parsed.state, parts: parsed.state.parts.map(rounded) }) : state;
}

/** With rule `exactSums` off an item has no `SumRest`. */
export function itemAsRuled({ rules }: WindowWorld, item: WindowItem): WindowItem {
  if (rules.exactSums) {
    return item;
  }
  const Measures = Object.entries(item.Measures).map(([name, { SumRest: _, ...figures }]) => [name, figures]);
  return { ...item, Measures: Object.fromEntries(Measures) };
}

function rounded(part: HeldPart): HeldPart {
  const measures = Object.entries(part.measures).map(([name, figures]) => [
    name,
    { ...figures, sum: figures.sum.slice(0, 1) },
  ]);
  return { ...part, measures: Object.fromEntries(measures) };
}

/** With rule `flushFollowsRecords` off: what the youngest parts are when the batch ends leaves then. */
function flushedAtEnd(place: WindowPlace, plan: WindowPlan): WindowPlan {
  const parsed = parseState(plan.state);
  if (parsed.kind !== 'held') {
    return plan;
  }
  const held = [...parsed.state.parts];
  const partials: WindowPartial[] = [];
  const bytesMax = place.stateBytesMax ?? windowStateBytesMax;
  const bytes = (): number => new WindowTally(place, { ...parsed.state, parts: held }).bytesMax;
  const isTooBig = bytes() > bytesMax;
  while (isTooBig && held.length > 0 && bytes() > (bytesMax * 7) / 8) {
    const { seconds, startMs, name, ...content } = held.pop() as HeldPart;
    const slice = sliceOfShard(place.shardId);
    const size = windowSize(seconds);
    const Bucket = encodeBucket({ size, generation: place.generationOf(size, startMs), startMs, slice });
    const key = { EventName: name, Bucket };
    partials.push({ key, writer: place.writer, parts: [{ key, ...content }] });
  }
  return { ...plan, partials, state: serializeState({ ...parsed.state, parts: held }) };
}

/** With rule `flushMovesNoCheckpoint` off. */
function withCheckpoint(plan: WindowPlan, { read }: DecidedBatch): WindowPlan {
  return { ...plan, checkpoint: checkpointOf(read, 'window') };
}
