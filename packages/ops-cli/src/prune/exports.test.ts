import type { DeployedSource } from '@tidemark/core/deployment';
import { exportKey, seriesKey } from '@tidemark/core/prune/object';
import type { SpanSize } from '@tidemark/core/series/key';
import { expect, test } from 'vitest';
import type { ListedObject } from '../aws/s3.ts';
import { findExports } from './exports.ts';
import { renderRestorePreview, restorePreviewJson } from './exports-text.ts';

const at = (text: string): number => Date.parse(text);
const source = { name: 'web', bucket: 'data' } as DeployedSource;
const object = (size: SpanSize, first: string, name: string): ListedObject => ({
  key: exportKey({
    ...{ source: 'web', size, day: first.slice(0, 10), series: seriesKey(name), generation: 0 },
    ...{ firstMs: at(first), slice: '000000000000' },
  }),
  bytes: 1000,
});
const stored = [
  object('1m', '2026-07-31T00:00:00Z', 'click'),
  object('1m', '2026-08-01T00:00:00Z', 'click'),
  object('1m', '2026-08-01T00:00:00Z', 'page view'),
  object('1m', '2026-08-01T12:00:00Z', 'page view'),
  object('1m', '2026-08-03T00:00:00Z', 'click'),
  object('1m', '2026-08-04T00:00:00Z', 'click'),
  { key: 'prune/web/counts/size=1m/day=2026-08-02/_SUCCESS', bytes: 0 },
  object('1h', '2026-08-02T00:00:00Z', 'click'),
].sort((one, other) => (one.key < other.key ? -1 : 1));
const objects = {
  async *list(_bucket: string, prefix: string, after = ''): AsyncGenerator<ListedObject[]> {
    const found = stored.filter(({ key }) => key.startsWith(prefix) && key > after);
    for (let from = 0; from < found.length; from += 2) yield found.slice(from, from + 2);
  },
};
const ranges = {
  '1m': { fromMs: at('2026-08-01T09:00:00Z'), toMs: at('2026-08-04T00:00:00Z') },
  '1h': { fromMs: at('2026-08-01T09:00:00Z'), toMs: at('2026-08-02T00:00:01Z') },
};

test('finds the exports of whole days, size by size, and the days without any', async () => {
  const seen: number[] = [];
  const found = await findExports(objects, source, ranges, (each) => seen.push(each));
  expect(found).toEqual([
    { size: '1m', ...ranges['1m'], series: 2, objects: 4, bytes: 4000, days: 3, exportedDays: 2 },
    { size: '1h', ...ranges['1h'], series: 1, objects: 1, bytes: 1000, days: 2, exportedDays: 1 },
  ]);
  expect(seen.at(-1)).toBe(5);
  const preview = { source, exports: found, keptMs: 7 * 86_400_000, untilMs: at('2026-11-27T06:00:00Z') };
  expect(renderRestorePreview(preview, 100)).toMatchInlineSnapshot(`
    "The restore of web would bring back:

      size  from                  to before               days  series  objects  compressed
      ────  ────────────────────  ────────────────────  ──────  ──────  ───────  ──────────
      1m    2026-08-01T09:00:00Z  2026-08-04T00:00:00Z  2 of 3       2        4        4 KB
      1h    2026-08-01T09:00:00Z  2026-08-02T00:00:01Z  1 of 2       1        1        1 KB

      exports  s3://data/prune/web/counts/
      kept     for 7 d: until 2026-11-27T06:00:00Z at least; the first prune after that deletes it again
      note     readers see it, counting and CloudWatch do not: it takes no new events. What still lives
               stays as it is
      note     of 2 days there is no export: nothing was counted then, or nothing was exported
    "
  `);
  expect(restorePreviewJson(preview)).toMatchObject({
    until: '2026-11-27T06:00:00Z',
    exports: [
      { size: '1m', from: '2026-08-01T09:00:00Z', objects: 4 },
      { size: '1h', to: '2026-08-02T00:00:01Z' },
    ],
  });
});
