import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import type { ControlItem, SortKeyRange } from './aws/dynamodb.ts';
import { type PartialsQuery, readPartials } from './partials.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const source: DeployedSource = {
  name: 'web',
  position: 0,
  stream: 'tidemark-web',
  streamArn: 'arn',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  count: 'count-web',
  publish: 'publish-web',
  dashboard: 'web',
  buckets: ['1h'],
  event: { name: ['event_type'], time: ['utc_timestamp'] },
};

/** What is read of a table that holds these items of the Control table, each name with its ranges. */
async function readsOf(items: Record<string, object>, query: PartialsQuery): Promise<string[]> {
  const reads: string[] = [];
  const tables = {
    catalogue: async () => ({ Names: ['page view'], Caps: [] }),
    controlItem: async (_table: string, _source: string, key: string): Promise<ControlItem | undefined> => {
      const item = items[key];
      return item && { Item: key, ...item };
    },
  };
  await readPartials(tables, source, '1h', query, async function* (name: string, { low, high }: SortKeyRange) {
    reads.push(`${name} ${low} ${high}`);
    yield [];
  });
  return reads;
}

test('without a timeline every series is read from the first generation', async () => {
  expect(await readsOf({}, { fromMs: startMs })).toEqual([
    'page view 1h#0000#2026-11-02T09:00:00Z 1h#0000#~',
    '$other 1h#0000#2026-11-02T09:00:00Z 1h#0000#~',
  ]);
});

test('each stretch of time is read from the generation that is true for it, from the prune floor on', async () => {
  const hourMs = 60 * 60 * 1000;
  const TIMELINE = { Version: 2, LastGeneration: 3, Ranges: { '1h': [{ FromMs: startMs + 1, Generation: 3 }] } };
  expect(
    await readsOf({ TIMELINE }, { name: 'page view', fromMs: startMs - hourMs, toMs: startMs + 5 * hourMs }),
  ).toEqual([
    'page view 1h#0000#2026-11-02T08:00:00Z 1h#0000#2026-11-02T09:00:01Z',
    'page view 1h#0003#2026-11-02T09:00:01Z 1h#0003#2026-11-02T14:00:00Z',
  ]);
  const FLOORS = { Floors: { '1h': [{ FromMs: 0, FloorMs: startMs + 2 * hourMs }] } };
  expect(await readsOf({ TIMELINE, FLOORS }, { name: 'page view' })).toEqual([
    'page view 1h#0003#2026-11-02T11:00:00Z 1h#0003#~',
  ]);
  expect(await readsOf({ TIMELINE, FLOORS }, { name: 'page view', toMs: startMs })).toEqual([]);
});
