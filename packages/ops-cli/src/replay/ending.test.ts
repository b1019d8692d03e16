import type { DeployedSource } from '@tidemark/core/deployment';
import { partKey, type Report, type ReportLine } from '@tidemark/core/replay/report';
import type { Compared, RunItem } from '@tidemark/core/replay/run';
import { expect, test } from 'vitest';
import { reportLines } from './ending.ts';

const run = '20261120T060000Z-0a1b2c3d';
const line = (name: string, verdict: ReportLine['verdict']): ReportLine => ({
  ...{ name, verdict, size: '1h', start: '2026-11-20T05:00:00Z', slice: '0', live: null, recount: null },
});
/** Two parts of the first pass; the second decided one of three. */
const parts = new Map<string, readonly ReportLine[]>([
  [partKey('web', run, 0, 0), [line('a', 'different'), line('b', 'undecided')]],
  [partKey('web', run, 0, 1), [line('c', 'undecided'), line('d', 'undecided'), line('e', 'different')]],
  [partKey('web', run, 1, 0), [line('b', 'undecided'), line('c', 'different')]],
]);

async function linesOf(undecided: number, keys: readonly string[] = [...parts.keys()]): Promise<string[]> {
  const opened: string[] = [];
  const objects = {
    async *lines(_bucket: string, key: string) {
      opened.push(key);
      for (const each of parts.get(key) ?? []) yield JSON.stringify(each);
    },
  };
  const compared: Compared = { Equal: 9, Different: 3, Undecided: undecided, UndecidedClosed: undecided };
  const found = { source: { name: 'web' } as DeployedSource, run, item: { Compared: compared } as RunItem };
  const lines: string[] = [];
  for await (const { name, verdict } of reportLines(objects, found, { parts: keys } as Report))
    lines.push(`${name} ${verdict}`);
  expect(opened).toEqual(keys);
  return lines;
}

test('what differs is told wherever it was found, what is undecided as the last pass found it', async () => {
  expect(await linesOf(1)).toEqual(['a different', 'e different', 'b undecided', 'c different']);
});

test('where the last pass could decide everything, nothing is undecided though earlier passes wrote it', async () => {
  expect(await linesOf(0, [...parts.keys()].slice(0, 2))).toEqual(['a different', 'e different']);
});

test('without parts there is nothing to tell', async () => {
  expect(await linesOf(0, [])).toEqual([]);
});
