import type { ShardStatus } from '@tidemark/core/health/shard';
import { expect, test } from 'vitest';
import type { ControlItem } from '../aws/dynamodb.ts';
import { ledgerDisagreements } from './agreement.ts';
import type { ConsumerStatus } from './consumer.ts';
import { ledgerStatus } from './ledger.ts';

const lookedMs = Date.parse('2026-11-20T06:30:00Z');
const figures = {
  ...{ Received: 12, Counted: 10, Quarantined: 2, Malformed: 1, TooOld: 1, TooNew: 0, OverCap: 3, Redelivered: 5 },
  LastSequence: '001:7',
};
const idle: ShardStatus = { shardId: 'shardId-0', state: 'idle', ratePerSecond: 0, lagMs: 0 };

function reader(
  consumer: ConsumerStatus['consumer'],
  days: Readonly<Record<string, Partial<typeof figures>>>,
  shard: Partial<ShardStatus> = {},
): ConsumerStatus {
  const ledgerItems: ControlItem[] = Object.entries(days).map(([day, changes]) => ({
    ...{ Item: `LEDGER#${consumer}#${day}#shardId-0`, ...figures },
    ...changes,
  }));
  const shards = [{ ...idle, ...shard }];
  const ledger = ledgerStatus(ledgerItems, '2026-11-19');
  return {
    ...{ consumer, function: consumer, restMsMax: 0, mappings: [], shards, completeThroughMs: lookedMs, lookedMs },
    ...{ ledger, ledgerItems },
  };
}

const other = { Counted: 11, Quarantined: 1, TooOld: 0 };

test.each<[string, ConsumerStatus, ConsumerStatus, readonly string[]]>([
  ['alike', reader('count', { '2026-11-20': {} }), reader('window', { '2026-11-20': { Redelivered: 0 } }), []],
  [
    'other fates of the same records',
    reader('count', { '2026-11-20': {} }),
    reader('window', { '2026-11-20': other }),
    ['2026-11-20 shardId-0'],
  ],
  [
    'one reader further on, today',
    reader('count', { '2026-11-20': {} }),
    reader('window', { '2026-11-20': { ...other, LastSequence: '001:6' } }),
    [],
  ],
  [
    'a day that is over, with a record that only one has',
    reader('count', { '2026-11-17': {}, '2026-11-18': {} }),
    reader('window', { '2026-11-17': {}, '2026-11-18': { Received: 11, Counted: 9, LastSequence: '001:6' } }),
    ['2026-11-18 shardId-0'],
  ],
  [
    'a day that is over, which one reader has not come to',
    reader('count', { '2026-11-17': {}, '2026-11-18': {} }),
    reader('window', { '2026-11-17': {} }, { state: 'stalled', completeThroughMs: Date.parse('2026-11-18T23:59:59Z') }),
    [],
  ],
  [
    'a day that is over and missing',
    reader('count', { '2026-11-17': {}, '2026-11-18': {} }),
    reader('window', { '2026-11-17': {} }),
    ['2026-11-18 shardId-0'],
  ],
  [
    'the first day of one, which began in the middle of it',
    reader('count', { '2026-11-17': {}, '2026-11-18': {}, '2026-11-19': {} }),
    reader('window', { '2026-11-18': { Received: 3, Counted: 1 }, '2026-11-19': {} }),
    [],
  ],
  [
    'the first day, and as many records',
    reader('count', { '2026-11-18': {} }),
    reader('window', { '2026-11-18': other }),
    ['2026-11-18 shardId-0'],
  ],
  ['nothing handled yet', reader('count', { '2026-11-18': {} }), reader('window', {}), []],
])('%s', (_, one, two, differing) => {
  expect(ledgerDisagreements(one, two)).toEqual(differing);
  expect(ledgerDisagreements(two, one)).toEqual(differing);
});
