import { floorsOf } from '@tidemark/core/control/floors';
import { expect, test } from 'vitest';
import { floorLines, floorsJson } from '../status/floors.ts';
import { prunedJson, prunedOf, renderPruned } from './pruned.ts';

const at = (text: string): number => Date.parse(text);
const floors = floorsOf({
  Floors: {
    '1m': [
      { FromMs: 0, FloorMs: at('2026-11-05T00:00:00Z') },
      { FromMs: at('2026-11-20T06:16:00Z'), FloorMs: at('2026-11-06T00:00:00Z') },
    ],
    w60: [{ FromMs: 0, FloorMs: at('2026-10-01T00:00:00Z') }],
  },
  Restored: {
    '1m': [
      {
        FromMs: at('2026-08-01T00:00:00Z'),
        ToMs: at('2026-08-02T00:00:00Z'),
        UntilMs: at('2026-11-27T06:00:00Z'),
        Run: '20261120T060000Z-0a1b2c3d',
      },
    ],
  },
});

test('a reader is told of what lies below the floor, and of what is there again', () => {
  expect(prunedOf(floors, '1m', at('2026-11-06T00:00:00Z'))).toBeUndefined();
  expect(prunedOf(floors, '1h')).toBeUndefined();
  expect(prunedJson(prunedOf(floors, '1h'))).toEqual({});
  const recent = prunedOf(floors, '1m', at('2026-11-05T23:59:00Z'));
  expect(recent).toEqual({ beforeMs: at('2026-11-06T00:00:00Z'), restored: [] });
  expect(recent && renderPruned(recent, 'tidemark --local', 100)).toBe(
    'Pruned before 2026-11-06T00:00:00Z; `tidemark --local prune restore` brings it back.\n',
  );
  const all = prunedOf(floors, '1m');
  expect(all && renderPruned(all, 'tidemark', 100)).toMatchInlineSnapshot(`
    "Pruned before 2026-11-06T00:00:00Z; \`tidemark prune restore\` brings it back.
    Restored from 2026-08-01T00:00:00Z to 2026-08-02T00:00:00Z, kept until 2026-11-27T06:00:00Z at
      least.
    "
  `);
  expect(prunedJson(all)).toEqual({
    prunedBefore: '2026-11-06T00:00:00Z',
    restored: [
      {
        ...{ from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z', until: '2026-11-27T06:00:00Z' },
        run: '20261120T060000Z-0a1b2c3d',
      },
    ],
  });
  // It ends before the range begins, or begins when that is over.
  expect(prunedOf(floors, '1m', at('2026-08-02T00:00:00Z'))?.restored).toEqual([]);
  expect(prunedOf(floors, '1m', undefined, at('2026-08-01T00:00:00Z'))?.restored).toEqual([]);
  expect(prunedOf(floors, '1m', at('2026-08-01T23:59:00Z'))?.restored).toHaveLength(1);
});

test('status shows floors, from when they hold, and what was restored', () => {
  expect(floorLines(floors, at('2026-11-20T06:00:00Z'))).toEqual([
    'pruned before 2026-11-06T00:00:00Z, for what arrives from 2026-11-20T06:16:00Z on: 1m',
    'pruned before 2026-10-01T00:00:00Z: windows of 60 s',
    'restored 1m from 2026-08-01T00:00:00Z to 2026-08-02T00:00:00Z, kept until 2026-11-27T06:00:00Z at least',
  ]);
  expect(floorLines(floors, at('2026-11-20T06:16:00Z'))[0]).not.toContain('arrives');
  expect(floorLines(floorsOf(undefined), 0)).toEqual([]);
  expect(floorsJson(floorsOf(undefined))).toEqual({});
  expect(floorsJson(floors)).toMatchObject({
    prunedBefore: { '1m': '2026-11-06T00:00:00Z', w60: '2026-10-01T00:00:00Z' },
    restored: [{ size: '1m', run: '20261120T060000Z-0a1b2c3d' }],
  });
});
