import type { OutgoingRecord } from '@tidemark/ops-cli/produce/record';
import { other, watched } from './configuration.ts';

export const minuteMs = 60_000;

/** From when to when page views fail to come, in whole minutes, milliseconds since the epoch. */
export interface Trouble {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Minutes of a wave, and how high it is, around so many events a minute. */
const wave = { minutes: 23, height: 5 };
const usual: readonly (readonly [name: string, perMinute: number])[] = [
  [watched, 24],
  [other, 9],
];
/** So few events that one shard may have them all: there is one reader less to start for each other shard. */
const partitionKey = 'browsers';
/** What is left of page views when they fall. */
const left = 2;

/** How many events of each name a minute has, always the same for the same minute. */
export function amountsOf(
  minuteStartMs: number,
  trouble?: Trouble,
): readonly (readonly [name: string, count: number])[] {
  const isTrouble = trouble !== undefined && minuteStartMs >= trouble.fromMs && minuteStartMs < trouble.toMs;
  const minute = Math.floor(minuteStartMs / minuteMs);
  const swell = Math.round(wave.height * Math.sin((2 * Math.PI * minute) / wave.minutes) + (minute % 3));
  return usual.map(([name, perMinute]) => [name, isTrouble && name === watched ? left : perMinute + swell]);
}

/** The events of a minute as records, in the order of their times. */
export function recordsOf(minuteStartMs: number, trouble?: Trouble): OutgoingRecord[] {
  const events = amountsOf(minuteStartMs, trouble).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => ({
      name,
      timeMs: minuteStartMs + Math.floor(((index + 0.5) * minuteMs) / count),
    })),
  );
  return events
    .sort((one, another) => one.timeMs - another.timeMs)
    .map(({ name, timeMs }) => ({
      data: Buffer.from(JSON.stringify({ event_type: name, utc_timestamp: new Date(timeMs).toISOString() })),
      partitionKey,
    }));
}
