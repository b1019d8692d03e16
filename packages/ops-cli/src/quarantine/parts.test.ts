import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { QuarantineBody } from '@tidemark/core/count/quarantine';
import { readBatch } from '@tidemark/core/count/read';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf } from './parts.ts';

const body = (data: Uint8Array, indexes: readonly number[] = [0]): QuarantineBody => {
  const [index = 0, ...others] = indexes;
  return {
    ...{ reason: 'not-json', detail: '', source: 'web', shardId: 'shardId-000000000000', sequenceNumber: '1' },
    ...{ arrival: '2026-11-02T00:00:00.000Z', partitionKey: 'k', data: Buffer.from(data).toString('base64'), index },
    ...(others.length === 0 ? {} : { more: others.map((each) => ({ reason: 'not-json' as const, index: each })) }),
  };
};
const source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1m'] as const,
  maxSeries: 1,
};

/** A KPL aggregate of user records, each of fewer than 128 bytes with what surrounds it. */
function aggregate(records: readonly Uint8Array[]): Buffer {
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  const protobuf = Buffer.concat(records.map((data) => field(3, Buffer.concat([Buffer.from([8, 0]), field(3, data)]))));
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), protobuf, createHash('md5').update(protobuf).digest()]);
}

test('of an aggregate the events go back that were set aside, as they were in it, and no other', () => {
  const good = Buffer.from('{"n":"a","t":"2026-11-02"}');
  const bad = fc.uint8Array({ maxLength: 40 }).filter((bytes) => bytes[0] !== 0x1f || bytes[1] !== 0x8b);
  const user = fc.oneof(fc.constant(good), fc.constant(gzipSync(good)), bad);
  fc.assert(
    fc.property(fc.array(user, { minLength: 1, maxLength: 12 }), (records) => {
      const data = aggregate(records);
      const record = { sequenceNumber: '1', partitionKey: 'k', arrivalMs: 0, data: data.toString('base64') };
      const { malformed } = readBatch({ shardId: 's', records: [record] }, source);
      fc.pre(malformed.length > 0);
      const parts = partsOf(
        'object',
        body(
          data,
          malformed.map(({ index }) => index),
        ),
      );
      const expected = malformed.map(({ index }) => Buffer.from(records[index] ?? []).toString('hex'));
      expect(parts?.map((part) => Buffer.from(part.data).toString('hex'))).toEqual(expected);
    }),
  );
});

test.each([
  ['an event', Buffer.from('no JSON')],
  ['gzip', gzipSync('no JSON')],
  ['an aggregate of nothing', aggregate([])],
  ['what has the mark of an aggregate and is none', Buffer.from('f3899ac20000', 'hex')],
])('%s goes back whole', (_, data) => {
  expect(partsOf('object', body(data))?.map((part) => Buffer.from(part.data))).toEqual([data]);
});

test('an object that names events which its record does not have is none', () => {
  expect(partsOf('object', body(Buffer.from('x'), [1]))).toBeUndefined();
  expect(partsOf('object', body(aggregate([Buffer.from('x'), Buffer.from('y')]), [0, 2]))).toBeUndefined();
});

test('each event has a partition key of its own, the same every time', () => {
  const data = aggregate([Buffer.from('x'), Buffer.from('x')]);
  const keys = ['one', 'two', 'one'].map((object) =>
    partsOf(object, body(data, [0, 1]))?.map((part) => part.partitionKey),
  );
  expect(keys[0]).toEqual(keys[2]);
  expect(new Set(keys.flat()).size).toBe(4);
});
