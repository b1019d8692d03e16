import { cumulate, Random } from './random.ts';

/** When each of a number of events happens and is sent, and what it is. Plain arrays: a million events take 20 MB. */
export interface Schedule {
  /** Milliseconds since the epoch; the first of the 24 hours. */
  readonly startMs: number;
  /** When event i happened, in milliseconds after `startMs`. */
  readonly happened: Uint32Array;
  /** What event i is: an index of the event types, or `malformedMark`. */
  readonly type: Uint8Array;
  /** The events in the order in which they are sent. */
  readonly order: Uint32Array;
}

export const malformedMark = 255;
/** The order packs send time and index into one number of 53 bits. */
export const scheduledEventsMax = 2 ** 26;

const minute = 60_000;
const minutesADay = 24 * 60;
/** Visitors come in waves: this many events share a minute, so that a demonstration does not cost a write an event. */
const eventsAWave = 250;
const lateWavesMsMin = 3 * minute;
const lateWavesMsMax = 6 * 60 * minute;

interface ScheduleOptions {
  readonly seed: number;
  readonly events: number;
  readonly untilMs: number;
  readonly lateShare: number;
  readonly malformedShare: number;
  readonly typeWeights: readonly number[];
}

/**
 * Spreads events over the 1,440 minutes before `untilMs`, busiest around 20:00 UTC and quietest around 04:00, and
 * orders them as producers send them: within seconds, but for the late ones, which come minutes to hours afterwards.
 */
export function schedule(options: ScheduleOptions): Schedule {
  const { events } = options;
  if (!Number.isInteger(events) || events < 0 || events > scheduledEventsMax) {
    throw new RangeError(`events: ${events} is not a whole number up to ${scheduledEventsMax}`);
  }
  const random = new Random(options.seed);
  const startMs = (Math.floor(options.untilMs / minute) - minutesADay) * minute;
  const waves = waveMinutes(events, random);
  const cumulative = cumulate(waves.map((at) => activity(startMs + at * minute) * (0.5 + random.fraction())));
  const types = cumulate(options.typeWeights);
  const happened = new Uint32Array(events);
  const type = new Uint8Array(events);
  const sent = new Float64Array(events);
  for (let index = 0; index < events; index++) {
    const wave = random.weighted(cumulative);
    const late = random.fraction() < options.lateShare;
    const from = late ? earlierWave(waves, wave, random) : wave;
    const second = random.integer(minute);
    happened[index] = (waves[from] ?? 0) * minute + second;
    const sentMs = (waves[wave] ?? 0) * minute + second + 50 + random.integer(2_000);
    sent[index] = sentMs * scheduledEventsMax + index;
    type[index] = random.fraction() < options.malformedShare ? malformedMark : random.weighted(types);
  }
  sent.sort();
  return { startMs, happened, type, order: Uint32Array.from(sent, (packed) => packed % scheduledEventsMax) };
}

/** The minutes of the day, counted from its start, in which anything happens: evenly spread, a little jittered. */
function waveMinutes(events: number, random: Random): number[] {
  const count = Math.min(minutesADay, Math.max(24, Math.ceil(events / eventsAWave)));
  const step = minutesADay / count;
  return Array.from({ length: count }, (_, wave) => Math.floor(wave * step + random.fraction() * step));
}

/** A wave that lies minutes to hours before `wave`; the wave itself where the day has none so early. */
function earlierWave(waves: readonly number[], wave: number, random: Random): number {
  const at = waves[wave] ?? 0;
  const oldest = waves.findIndex((other) => at - other <= lateWavesMsMax / minute);
  let newest = wave;
  while (newest > oldest && at - (waves[newest] ?? 0) < lateWavesMsMin / minute) newest--;
  if (at - (waves[newest] ?? 0) < lateWavesMsMin / minute) return wave;
  return oldest + random.integer(newest - oldest + 1);
}

/** How busy an instant of the day is, 0.1 to 1. */
function activity(timeMs: number): number {
  const hour = (timeMs / (60 * minute)) % 24;
  return 0.55 + 0.45 * Math.cos(((hour - 20) / 24) * 2 * Math.PI);
}
