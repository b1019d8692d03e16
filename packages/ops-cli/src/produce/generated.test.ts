import type { GeneratedRecord } from '@tidemark/core/generate/generator';
import { expect, test } from 'vitest';
import { generatedReadings } from './generated.ts';

const untilMs = Date.parse('2026-11-02T09:00:00.500Z');
const fields = {
  name: ['Name'],
  time: ['StatusTime'],
  measures: [
    { name: 'distance', path: ['Distance'] },
    { name: 'magic', path: ['points', 'magic'] },
  ],
};

async function all(chunks: AsyncIterable<readonly GeneratedRecord[]>): Promise<GeneratedRecord[]> {
  const records: GeneratedRecord[] = [];
  for await (const chunk of chunks) records.push(...chunk);
  return records;
}

test.each([1, 7, 5_000])('%i readings, all of them taken by now, with the measures of the source', async (events) => {
  const records = await all(generatedReadings({ seed: 3, events, untilMs, fields }));
  expect(records).toHaveLength(events);
  for (const { expected, data } of records) {
    if (expected.kind === 'quarantined') continue;
    expect(expected.timeMs).toBeLessThan(untilMs);
    const { Distance, points } = JSON.parse(data.toString());
    expect(expected.measures).toEqual({ distance: Distance, magic: points.magic });
  }
});

test('the same seed gives the same readings', async () => {
  const [one, again, other] = await Promise.all(
    [3, 3, 4].map((seed) => all(generatedReadings({ seed, events: 50, untilMs, fields }))),
  );
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});
