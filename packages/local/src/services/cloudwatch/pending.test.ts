import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MetricStore } from './store.ts';

const metric = { namespace: 'AWS/Lambda', metricName: 'Errors', dimensions: [] };
const minuteMs = 60_000;

test('what services publish is added up by the minute, seen at once, and kept', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-metrics-'));
  try {
    const first = new MetricStore(directory);
    for (const value of [3, 1]) first.addSoon(metric, 0, value);
    expect(first.putsOf(metric)).toBeGreaterThan(0);
    const puts = first.putsOf(metric);
    first.addSoon({ ...metric }, 0, 5);
    expect(first.putsOf(metric)).toBeGreaterThan(puts);
    first.addSoon(metric, minuteMs, 7);
    expect(first.points(metric, 0, minuteMs)).toEqual([{ atMs: 0, sampleCount: 3, sum: 9, minimum: 1, maximum: 5 }]);
    first.addSoon(metric, minuteMs, 8);
    first.close();
    const second = new MetricStore(directory);
    expect(second.metrics()).toEqual([metric]);
    expect(second.points(metric, minuteMs, 2 * minuteMs)).toMatchObject([{ sampleCount: 2, sum: 15 }]);
    second.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
