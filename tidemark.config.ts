import { defineTidemark } from '#tidemark';

/** What to count. Every key is described in docs/reference/configuration.md. */
export default defineTidemark({
  sources: {
    web: {
      event: { name: 'event_type', time: 'utc_timestamp' },
      buckets: ['1m', '1h'],
      stream: { shards: 4 },
    },
  },
});
