import { defineTidemark } from '#tidemark';

/** What to count. Every key is described in docs/reference/configuration.md. */
export default defineTidemark({
  sources: {
    web: {
      event: { name: 'event_type', time: 'utc_timestamp' },
      buckets: ['1m', '1h'],
      stream: { shards: 4 },
    },
    rides: {
      event: { name: 'Name', time: 'StatusTime' },
      window: { seconds: 60, measures: { distance: 'Distance', health: 'HealthPoints', magic: 'MagicPoints' } },
      stream: { shards: 2 },
    },
  },
});
