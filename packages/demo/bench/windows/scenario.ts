import type { Keying } from '@tidemark/core/bench/readings';
import type { TidemarkInput } from '@tidemark/core/config/input';

/** `counters`: buckets of a minute on the same readings, which are counted, while their measures are left alone. */
export type Design = 'windows' | 'counters' | 'published';

/** What is added up. */
export interface Traffic {
  /** For the reader: `keyed by name`. */
  readonly title: string;
  readonly keying: Keying;
  readonly readingsPerSecond: number;
  readonly unicorns: number;
  /** Fields of a reading, by the names of measures. */
  readonly measures: Readonly<Record<string, string>>;
  /** Undefined: a stream on demand, which has four. */
  readonly shards?: number;
}

/** Of the windows, and of the counters' buckets. */
export const windowSeconds = 60;

const measures = { distance: 'Distance', health: 'HealthPoints', magic: 'MagicPoints' };
const usual = { readingsPerSecond: 1_000, unicorns: 20, measures };

export const byName: Traffic = { ...usual, title: 'keyed by name', keying: 'name' };
export const spread: Traffic = { ...usual, title: 'spread over the shards', keying: 'spread' };

/**
 * As many names as a source may have, each on every shard, with as many measures as it may have: their state is larger than Lambda
 * carries. One shard, with its part of a thousand readings a second, stands for four.
 */
export const overflow: Traffic = {
  title: '1,000 names, 10 measures, one shard',
  keying: 'spread',
  readingsPerSecond: 250,
  unicorns: 1_000,
  measures: {
    ...measures,
    latitude: 'Latitude',
    longitude: 'Longitude',
    ...Object.fromEntries([1, 2, 3, 4, 5].map((leg) => [`leg${leg}`, `Leg${leg}`])),
  },
  shards: 1,
};

/** One source with the default settings but for what the design and the traffic ask for. */
export function configurationOf(design: Design, { measures, shards, unicorns }: Traffic): TidemarkInput {
  return {
    sources: {
      rides: {
        event: { name: 'Name', time: 'StatusTime' },
        ...(design === 'counters' ? { buckets: ['1m'] } : { window: { seconds: windowSeconds, measures } }),
        maxSeries: Math.max(200, unicorns),
        stream: shards === undefined ? {} : { shards },
      },
    },
  };
}
