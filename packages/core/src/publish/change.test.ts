import { describe, expect, test } from 'vitest';
import type { TableStreamRecord } from './change.ts';
import { readChange } from './change.ts';
import type { AttributeValue } from './image.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

function image(count: string, changes: Record<string, AttributeValue | undefined> = {}) {
  const attributes = {
    EventName: { S: 'page view' },
    Bucket: { S: '1m#0000#2026-11-02T09:00:00Z#000000000003' },
    EventCount: { N: count },
    LastSequence: { S: '056:49590338271490256608559692538361571095921575989136588898' },
    WrittenBy: { S: 'live' },
    ...changes,
  };
  const given = Object.entries<AttributeValue | undefined>(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, AttributeValue>;
}

const insert = (NewImage: ReturnType<typeof image>) => ({
  eventName: 'INSERT',
  dynamodb: { NewImage },
});

test.each<[string, TableStreamRecord, unknown]>([
  ['an insert counts whole', insert(image('7')), { kind: 'counted', name: 'page view', startMs, delta: 7 }],
  [
    'a modification counts new less old',
    { eventName: 'MODIFY', dynamodb: { NewImage: image('9'), OldImage: image('7') } },
    { kind: 'counted', name: 'page view', startMs, delta: 2 },
  ],
  [
    'live after a recount counts what live added',
    { eventName: 'MODIFY', dynamodb: { NewImage: image('9'), OldImage: image('7', { WrittenBy: { S: 'recount' } }) } },
    { kind: 'counted', name: 'page view', startMs, delta: 2 },
  ],
  [
    'any generation that live wrote counts',
    insert(image('7', { Bucket: { S: '1m#0003#2026-11-02T09:00:00Z#000000000003' } })),
    { kind: 'counted', name: 'page view', startMs, delta: 7 },
  ],
  ['a recount', insert(image('7', { WrittenBy: { S: 'recount' } })), { kind: 'recount' }],
  ['a larger size', insert(image('7', { Bucket: { S: '1h#0000#2026-11-02T09:00:00Z#3' } })), { kind: 'other-size' }],
  ['a deletion', { eventName: 'REMOVE', dynamodb: { OldImage: image('7') } }, { kind: 'removed' }],
  ['an unknown writer', insert(image('7', { WrittenBy: { S: 'me' } })), { kind: 'foreign' }],
  ['no writer', insert(image('7', { WrittenBy: undefined })), { kind: 'foreign' }],
  ['no count', insert(image('7', { EventCount: undefined })), { kind: 'foreign' }],
  ['a count in words', insert(image('7', { EventCount: { S: 'seven' } })), { kind: 'foreign' }],
  ['a count beyond what CloudWatch takes', insert(image('1e120')), { kind: 'foreign' }],
  ['half an event', insert(image('0.5')), { kind: 'foreign' }],
  [
    'a name beyond what CloudWatch takes',
    insert(image('7', { EventName: { S: 'é'.repeat(129) } })),
    { kind: 'foreign' },
  ],
  ['a bucket of no form', insert(image('7', { Bucket: { S: 'yesterday' } })), { kind: 'foreign' }],
  ['other keys', { eventName: 'INSERT', dynamodb: { NewImage: { id: { S: '1' } } } }, { kind: 'foreign' }],
  ['no image', { eventName: 'INSERT', dynamodb: {} }, { kind: 'foreign' }],
  ['nothing', {}, { kind: 'foreign' }],
])('%s', (_, record, change) => {
  expect(readChange(record, { bucket: '1m' })).toEqual(change);
});

describe('windows', () => {
  const Bucket = { S: 'w60#0000#2026-11-02T09:00:00Z#000000000003' };
  const spans = { bucket: '1m', window: 'w60' } as const;

  function figures(count: number, sum: number | readonly number[], minimum: number, maximum: number): AttributeValue {
    const [first = 0, ...rest] = typeof sum === 'number' ? [sum] : sum;
    const SumRest = rest.length === 0 ? {} : { SumRest: { L: rest.map((part) => ({ N: String(part) })) } };
    const [Count, Sum, Minimum, Maximum] = [count, first, minimum, maximum].map((each) => ({ N: String(each) }));
    return { M: { Count, Sum, Minimum, Maximum, ...SumRest } as Record<string, AttributeValue> };
  }

  const window = (count: number, measures: Record<string, AttributeValue>, changes = {}) =>
    image(String(count), { Bucket, Measures: { M: measures }, ...changes });
  const modified = (NewImage: ReturnType<typeof image>, OldImage: ReturnType<typeof image>) => ({
    eventName: 'MODIFY',
    dynamodb: { NewImage, OldImage },
  });
  const whole = figures(2, 30.5, -1, 31.5);

  test.each<[string, TableStreamRecord, unknown]>([
    [
      'an insert counts whole',
      insert(window(2, { distance: whole, magic: figures(2, [1e16, 1], 1, 1e16) })),
      {
        ...{ kind: 'measured', name: 'page view', startMs, readings: 2 },
        measured: {
          distance: { count: 2, sum: [30.5], minimum: -1, maximum: 31.5 },
          magic: { count: 2, sum: [1e16, 1], minimum: 1, maximum: 1e16 },
        },
      },
    ],
    [
      'a modification counts new less old, exactly, with the minimum and maximum of all',
      modified(
        window(5, { distance: figures(5, [1e16, 3], -2, 1e16) }),
        window(3, { distance: figures(3, 1e16, 0, 1e16) }),
      ),
      {
        ...{ kind: 'measured', name: 'page view', startMs, readings: 2 },
        measured: { distance: { count: 2, sum: [3], minimum: -2, maximum: 1e16 } },
      },
    ],
    [
      'a measure that is new counts whole, one that nothing came to not at all',
      modified(window(3, { distance: whole, health: figures(1, 7, 7, 7) }), window(2, { distance: whole })),
      {
        ...{ kind: 'measured', name: 'page view', startMs, readings: 1 },
        measured: { health: { count: 1, sum: [7], minimum: 7, maximum: 7 } },
      },
    ],
    [
      'no more readings count nothing',
      modified(window(2, { distance: whole }), window(2, { distance: whole })),
      { kind: 'measured', name: 'page view', startMs, readings: 0, measured: {} },
    ],
    ['a recount', insert(window(2, { distance: whole }, { WrittenBy: { S: 'recount' } })), { kind: 'recount' }],
    [
      'a window of another length',
      insert(window(2, { distance: whole }, { Bucket: { S: 'w30#0000#2026-11-02T09:00:00Z#3' } })),
      { kind: 'other-size' },
    ],
    [
      'a deletion',
      { eventName: 'REMOVE', dynamodb: { OldImage: window(2, { distance: whole }) } },
      { kind: 'removed' },
    ],
    ['no measures', insert(window(2, {})), { kind: 'foreign' }],
    ['measures that are no map', insert(window(2, {}, { Measures: { S: 'many' } })), { kind: 'foreign' }],
    [
      'a window longer than Lambda has',
      insert(window(2, { distance: whole }, { Bucket: { S: 'w901#0000#2026-11-02T09:00:00Z#3' } })),
      { kind: 'foreign' },
    ],
    [
      'fewer readings than before',
      modified(window(1, { distance: figures(1, 1, 1, 1) }), window(2, { distance: whole })),
      { kind: 'foreign' },
    ],
    [
      'fewer readings than before, and no fewer of its measure',
      modified(window(1, { distance: whole }), window(2, { distance: whole })),
      { kind: 'foreign' },
    ],
    [
      'fewer readings of a measure than before',
      modified(window(3, { distance: figures(1, 1, 1, 1) }), window(2, { distance: whole })),
      { kind: 'foreign' },
    ],
    [
      'an old image that cannot be taken off',
      modified(window(3, { distance: figures(3, 1, 1, 1) }), window(2, { distance: { S: 'two' } })),
      { kind: 'foreign' },
    ],
  ])('%s', (_, record, change) => {
    expect(readChange(record, spans)).toEqual(change);
  });

  test.each<[string, Record<string, AttributeValue>]>([
    ['no readings', { distance: figures(0, 1, 1, 1) }],
    ['half a reading', { distance: figures(0.5, 1, 1, 1) }],
    ['a minimum above its maximum', { distance: figures(2, 3, 2, 1) }],
    ['a sum of 2^360', { distance: figures(2, 2 ** 360, 1, 2) }],
    ['a minimum of -2^360', { distance: figures(2, 3, -(2 ** 360), 2) }],
    ['a sum in words', { distance: { M: { ...figures(2, 3, 1, 2).M, Sum: { S: 'three' } } } }],
    ['no maximum', { distance: { M: { Count: { N: '1' }, Sum: { N: '1' }, Minimum: { N: '1' } } } }],
    ['a rest of the sum that is no list', { distance: { M: { ...figures(2, 3, 1, 2).M, SumRest: { N: '1' } } } }],
    ['a rest of the sum in words', { distance: { M: { ...figures(2, 3, 1, 2).M, SumRest: { L: [{ S: '1' }] } } } }],
    ['parts of a sum finer than any measure', { distance: figures(2, [3, 1e-130], 1, 2) }],
    ['figures that are no map', { distance: { N: '3' } }],
    ['a name that no metric may have', { 'dist\u00e4nce': whole }],
    ['a name of 65 letters', { ['d'.repeat(65)]: whole }],
    ['the name of the count', { EventCount: whole }],
    ['one bad measure among good ones', { distance: whole, health: figures(0, 1, 1, 1) }],
    [
      'more measures than a call should hold',
      Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`m${at}`, whole])),
    ],
  ])('%s is foreign', (_, measures) => {
    expect(readChange(insert(window(2, measures)), spans)).toEqual({ kind: 'foreign' });
  });

  test('of a source without buckets, whose buckets are of another size', () => {
    expect(readChange(insert(window(2, { distance: whole })), { window: 'w60' })).toMatchObject({ kind: 'measured' });
    expect(readChange(insert(image('7')), { window: 'w60' })).toEqual({ kind: 'other-size' });
    expect(readChange(insert(window(2, { distance: whole })), { bucket: '1m' })).toEqual({ kind: 'other-size' });
  });
});
