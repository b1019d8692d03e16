import type { DeployedSource } from '@tidemark/core/deployment';
import type { RunItem } from '@tidemark/core/replay/run';
import { earliestMs } from '@tidemark/core/replay/timeline';
import { expect, test } from 'vitest';
import { renderUndoable } from './undoable-text.ts';

const switched = { Kind: 'replay', Generation: 1, SwitchedMs: Date.parse('2026-11-20T14:29:34Z') };

function shown(item: object, columns: number): string {
  const source = { name: 'web' } as DeployedSource;
  return renderUndoable(
    { source, run: '20261120T141713Z-1ec1791d', item: { ...switched, ...item } as RunItem },
    columns,
  );
}

test('what is taken back, on a narrow terminal', () => {
  expect(shown({ FirstMs: earliestMs }, 60)).toMatchInlineSnapshot(`
    "web: replay 20261120T141713Z-1ec1791d switched to generation
      1 at 2026-11-20T14:29:34Z.
    Buckets into which events were counted since stay as they
      are."
  `);
  expect(shown({ FirstMs: Date.parse('2026-11-19T00:00:00Z') }, 60)).toMatchInlineSnapshot(`
    "web: replay 20261120T141713Z-1ec1791d switched to generation
      1 at 2026-11-20T14:29:34Z, for buckets from
      2026-11-19T00:00:00Z on.
    Buckets into which events were counted since stay as they
      are."
  `);
  expect(
    shown({ FirstMs: Date.parse('2026-11-19T00:00:00Z'), ToMs: Date.parse('2026-11-20T00:00:00Z') }, 200),
  ).toContain(', for buckets from 2026-11-19T00:00:00Z to 2026-11-20T00:00:00Z.');
});
