import type { TidemarkInput } from '@tidemark/core/config/input';

const event = { name: 'event_type', time: 'utc_timestamp' };

/** One source a test, so that they can share an engine and yet count from nothing. */
const config: TidemarkInput = {
  sources: {
    web: { event, buckets: ['1m', '1h'], stream: { shards: 4 } },
    nested: {
      event: { name: 'detail.type', time: ['detail', 'at'] },
      buckets: ['5m', '15m', '1d'],
      maxSeries: 4,
      stream: { shards: 2 },
    },
    own: { event, buckets: ['1h'], stream: { shards: 2 } },
    stray: { event, buckets: ['1h'], stream: { shards: 1 } },
    real: { event, buckets: ['1m', '1h'], stream: { shards: 2 } },
  },
};
export default config;
