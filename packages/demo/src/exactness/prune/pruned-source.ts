import type { Random } from '@tidemark/core/generate/random';
import type { Engine } from '@tidemark/local/engine';
import { Readings, type ReadingTime, replayedSource } from '../replay/readings.ts';
import type { Outgoing } from '../sent.ts';
import type { World } from '../world.ts';

export const maxSeries = 9;

/** The configuration of a source with two sizes of buckets and a window, which are kept for unlike times. Nothing of it leaves the stream. */
export const prunedSource = {
  ...replayedSource,
  maxSeries,
  stream: { shards: 2, retentionHours: 168 },
  retention: { '1m': '1d', '1h': '3d', window: '1d' },
} as const;

const dayMs = 86_400_000;

/** Names that keys and queries of exports could stumble over. The first two have the same characters that S3 and Athena take. */
const names = [
  'page view/checkout?step=2&of=three#bottom of it',
  'page_view_checkout_step_2_of_three_bottom%of it',
  '../counts/size=1m',
  "Müller's 日本 🦄",
  '"quoted", \\ and\ta tab',
  '-',
  '0',
  'w60#0000#2026-01-01T00:00:00Z#000000000000',
];

/** From weeks ago to a little ahead: whole days lie below every floor, others below some, and some days hold little. */
const times: readonly ReadingTime[] = [
  (random) => -random.integer(60 * 60_000),
  (random) => -random.integer(dayMs / 2),
  (random) => -random.integer(3 * dayMs),
  (random) => -random.integer(3 * dayMs),
  (random) => -random.integer(6 * dayMs),
  (random) => -random.integer(40 * dayMs),
  (random: Random) => random.integer(60 * 60_000),
];

/** What a source has counted in weeks. More names come than it admits: the rest is `$other`. */
export function pastReadings(engine: Engine, world: World, seed: number): Readings {
  return new Readings(engine, world, { seed, prefix: 'once', names: [...names, 'late 1', 'late 2', 'late 3'], times });
}

/** Something on each of so many days, so that every prune finds something that is to go. */
export function longAgoReadings(
  engine: Engine,
  world: World,
  { seed, days }: { readonly seed: number; readonly days: number },
): Readings {
  return new Readings(engine, world, {
    seed,
    prefix: 'once',
    names,
    times: [(random) => -random.integer(days * dayMs)],
  });
}

/** What comes while it is pruned: on time, and late by no more than every size still keeps. */
export function liveReadings(engine: Engine, world: World, seed: number): Readings {
  return new Readings(engine, world, { seed, prefix: 'live', names });
}

/**
 * Readings of minutes that are pruned: for each name one of an hour that is kept, and one of an hour that is pruned as well. `cutoffs`: milliseconds since
 * the epoch, by size.
 */
export function lateReadings(world: World, cutoffs: Readonly<Record<string, number>>): readonly Outgoing[] {
  const { '1m': minuteCutoff = Number.NaN, '1h': hourCutoff = Number.NaN } = cutoffs;
  return ['0', 'late 1', 'never seen before'].flatMap((name) =>
    [minuteCutoff - 1, hourCutoff - 1].map((timeMs) => {
      const measures = { distance: 1.5, health: 7, magic: 0.1 };
      const reading = { Name: name, Distance: 1.5, HealthPoints: 7, MagicPoints: 0.1 };
      const data = Buffer.from(JSON.stringify({ ...reading, StatusTime: new Date(timeMs).toISOString() }));
      return { data, partitionKey: `${world.sentCount} ${name}`, fate: { kind: 'event', name, timeMs, measures } };
    }),
  );
}
