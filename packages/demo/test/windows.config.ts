import type { TidemarkInput } from '@tidemark/core/config/input';

const measures = { distance: 'Distance', health: 'HealthPoints', magic: 'MagicPoints' };
const event = { name: 'Name', time: 'StatusTime' };

/** One source a test of windows: each runs on an engine of its own, whose clock begins with its readings. */
const config: TidemarkInput = {
  sources: {
    rides: { event, window: { seconds: 60, measures }, stream: { shards: 2 } },
    short: { event, window: { seconds: 25, measures: { distance: 'Distance' } }, stream: { shards: 1 } },
    both: { event, buckets: ['1m', '1h'], window: { seconds: 60, measures }, stream: { shards: 3 } },
  },
};
export default config;
