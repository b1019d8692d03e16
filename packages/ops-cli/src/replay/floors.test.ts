import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import type { Tables } from '../aws/dynamodb.ts';
import { floorRemarks } from './floors.ts';

const at = (text: string): number => Date.parse(text);
const source = { name: 'web', controlTable: 'control', buckets: ['1m', '1h'] } as unknown as DeployedSource;
const target = { stage: 'dev', endpoint: 'http://127.0.0.1:4588', client: { maxAttempts: 1 } };
const floors = {
  '1m': [{ FromMs: 0, FloorMs: at('2026-11-06T00:00:00Z') }],
  '1h': [{ FromMs: 0, FloorMs: at('2026-08-22T00:00:00Z') }],
};
const remarks = (from: 'trim-horizon' | number, toMs?: number, Floors: object = floors) => {
  const tables: Partial<Tables> = { controlItem: async () => ({ Item: 'FLOORS', Floors }) };
  return floorRemarks(target, tables as Pick<Tables, 'controlItem'>, source, {
    from,
    ...(toMs === undefined ? {} : { toMs }),
  });
};

test('a run that begins above every floor, or where the stream does, has nothing to be told', async () => {
  expect(await remarks(at('2026-11-06T00:00:00Z'))).toEqual([]);
  expect(await remarks('trim-horizon')).toEqual([]);
  expect(await remarks(at('2026-01-01T00:00:00Z'), undefined, {})).toEqual([]);
});

test('where some sizes are pruned, says from where on each is rebuilt', async () => {
  expect(await remarks(at('2026-11-01T00:00:00Z'))).toEqual([
    'of 1m those from 2026-11-06T00:00:00Z on are rebuilt: those before are pruned',
  ]);
  expect(await remarks(at('2026-10-01T00:00:00Z'), at('2026-10-02T00:00:00Z'))).toEqual([
    'of 1m nothing is rebuilt: they are pruned before 2026-11-06T00:00:00Z',
  ]);
});

test('where every size is pruned, refuses', async () => {
  const told =
    '1m is pruned before 2026-11-06T00:00:00Z, 1h before 2026-08-22T00:00:00Z: bring counts back with `tidemark --local prune restore`';
  await expect(remarks(at('2026-08-01T00:00:00Z'))).rejects.toThrow(told);
  await expect(remarks(at('2026-08-01T00:00:00Z'), at('2026-08-02T00:00:00Z'))).rejects.toThrow(told);
  // Its last day lies above the floor of hours.
  expect(await remarks(at('2026-08-01T00:00:00Z'), at('2026-08-23T00:00:00Z'))).toHaveLength(2);
});
