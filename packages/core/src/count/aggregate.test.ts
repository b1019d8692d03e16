import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { userRecordRanges } from './aggregate.ts';

const magic = Buffer.from('f3899ac2', 'hex');

/**
 * Recorded from aws-kinesis-agg 4.2.8: the magic, partition keys `a` and `b` with a hash key `17`, two records, the MD5. (Its own reader gives
 * the hash key to both records, though the bytes name it for the second alone; it is not read here.)
 */
const recorded = Buffer.from(
  [
    'f3899ac2',
    '0a0161 0a0162 12023137',
    '1a45 0800 1a41 7b226576656e745f74797065223a22706167652076696577222c227574635f74696d65',
    '7374616d70223a22323032362d31312d30325430393a30303a30305a227d',
    '1a3a 0801 1000 1a34 7b226576656e745f74797065223a227075726368617365222c227574635f74696d65',
    '7374616d70223a313739333631303030307d',
    '5fcfd11d47acd82c4c65c94541e6c224',
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);

function recordsOf(bytes: Uint8Array, recordsMax = 1000): string[] | undefined {
  const ranges = userRecordRanges(bytes, recordsMax);
  if (ranges === undefined) return undefined;
  const records: string[] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    records.push(Buffer.from(bytes.subarray(ranges[index], ranges[index + 1])).toString('latin1'));
  }
  return records;
}

/** An aggregate whose MD5 is right, whatever its protobuf is. */
function sealed(protobuf: Uint8Array): Buffer {
  return Buffer.concat([magic, protobuf, createHash('md5').update(protobuf).digest()]);
}

function protobuf(write: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  write(writer);
  return writer.finish();
}

function writeRecord(data: Uint8Array | undefined): (unused: undefined, writer: PbfWriter) => void {
  return (_, writer) => {
    writer.writeVarintField(1, 0);
    if (data !== undefined) writer.writeBytesField(3, data);
  };
}

describe('userRecordRanges', () => {
  it('finds the records of a recorded aggregate', () => {
    expect(recordsOf(recorded)).toEqual([
      '{"event_type":"page view","utc_timestamp":"2026-11-02T09:00:00Z"}',
      '{"event_type":"purchase","utc_timestamp":1793610000}',
    ]);
  });

  it('takes any changed or missing byte for no aggregate', () => {
    for (let at = 0; at < recorded.length; at += 1) {
      const changed = Buffer.from(recorded);
      changed[at] = (changed[at] as number) ^ 1;
      expect(recordsOf(changed)).toBeUndefined();
      expect(recordsOf(recorded.subarray(0, at))).toBeUndefined();
    }
    expect(recordsOf(Buffer.concat([recorded, Buffer.from([0])]))).toBeUndefined();
  });

  it('finds what the AWS library packed, as the AWS library finds it', () => {
    const userRecord = fc.record({
      partitionKey: fc.constantFrom('a', 'b', 'a longer partition key'),
      explicitHashKey: fc.constantFrom(undefined, '0', '17'),
      data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    });
    const batches = fc.sample(fc.array(userRecord, { minLength: 1, maxLength: 20 }), { numRuns: 100, seed: 2 });
    for (const [index, { aggregate, records }] of packedByAws(batches).entries()) {
      const data = batches[index]?.map((record) => record.data);
      expect(recordsOf(Buffer.from(aggregate, 'base64'))).toEqual(data);
      expect(records).toEqual(data);
    }
  });

  it('reads records that have no data, tags, repeated or unknown fields', () => {
    const bytes = sealed(
      protobuf((writer) => {
        writer.writeStringField(1, 'key');
        writer.writeMessage(3, writeRecord(undefined), undefined);
        writer.writeMessage(3, writeRecord(Buffer.from('')), undefined);
        writer.writeBytesField(3, Buffer.from(''));
        writer.writeMessage(
          3,
          (_: undefined, record) => {
            record.writeBytesField(3, Buffer.from('first'));
            record.writeMessage(4, (_: undefined, tag) => tag.writeStringField(1, 'tag'), undefined);
            record.writeFixed64Field(9, 1);
            record.writeFloatField(10, 1);
            record.writeBytesField(3, Buffer.from('last'));
          },
          undefined,
        );
        writer.writeVarintField(15, 2 ** 40);
      }),
    );
    expect(recordsOf(bytes)).toEqual(['', '', '', 'last']);
  });

  it('reads an aggregate of nothing', () => {
    expect(recordsOf(sealed(Buffer.from('')))).toEqual([]);
    expect(recordsOf(sealed(protobuf((writer) => writer.writeStringField(1, 'key'))))).toEqual([]);
  });

  it('stops one past the bound', () => {
    const many = (count: number): Uint8Array =>
      protobuf((writer) => {
        for (let index = 0; index < count; index += 1) writer.writeMessage(3, writeRecord(Buffer.from('x')), undefined);
      });
    expect(recordsOf(sealed(many(10)), 10)).toHaveLength(10);
    expect(recordsOf(sealed(many(11)), 10)).toHaveLength(11);
    expect(recordsOf(sealed(many(1000)), 10)).toHaveLength(11);
  });

  it.each([
    ['field number 0', '00'],
    ['field number 0 behind a record', '1a0000'],
    ['field number 0 inside a record', '1a0100'],
    ['a record as a varint', '1801'],
    ['data as a varint', '1a021801'],
    ['a record that ends past the end', '1a05'],
    ['a record of 2^63 bytes', '1affffffffffffffff7f'],
    ['data that ends past its record', '1a021a05'],
    ['data of 2^63 bytes', '1a0b1affffffffffffffff7f'],
    ['a field that ends past its record', '1a02220a'],
    ['a number that ends past the end', '0880'],
    ['a number without end', '08ffffffffffffffffffffff'],
    ['a length without end', '1affffffffffffffffffffff01'],
    ['a fixed number past the end', '0901'],
    ['a group', '1b1c'],
    ['a wire type that does not exist', '1f'],
    ['a tag without value', '1a'],
  ])('takes %s for no aggregate', (_, hex) => {
    expect(recordsOf(sealed(Buffer.from(hex, 'hex')))).toBeUndefined();
  });

  it('never throws, and stays within the bytes, whatever an aggregate holds', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.constantFrom(0x1a, 0x08, 0x0a, 0x00, 0x01, 0x02, 0x03, 0x04, 0x80, 0xff), { maxLength: 20 }),
    );
    const property = fc.property(bytes, (content) => {
      const aggregate = sealed(Buffer.from(content));
      for (const range of userRecordRanges(aggregate, 1000) ?? []) {
        expect(range).toBeGreaterThanOrEqual(magic.length);
        expect(range).toBeLessThanOrEqual(aggregate.length - 16);
      }
    });
    fc.assert(property, { numRuns: 5000 });
  });
});

interface Packed {
  /** Base64. */
  readonly aggregate: string;
  /** The records as the AWS library unpacks them again. */
  readonly records: readonly string[];
}

/**
 * One aggregate of each batch. The library runs in a process of its own, since the module conditions of the test runner give it the
 * wrong build of its 64-bit numbers.
 */
function packedByAws(batches: readonly (readonly object[])[]): Packed[] {
  const script = `
    const { RecordAggregator, deaggregateSync } = require(process.argv[1]);
    const packed = JSON.parse(require('node:fs').readFileSync(0, 'utf8')).map((batch) => {
      const aggregator = new RecordAggregator();
      for (const record of batch) aggregator.addUserRecord({ ...record, data: Buffer.from(record.data, 'latin1') });
      const aggregate = aggregator.build().data.toString('base64');
      let records;
      deaggregateSync({ data: aggregate, partitionKey: 'a', sequenceNumber: '1' }, true, (error, unpacked) => {
        if (error) throw error;
        records = unpacked.map(({ data }) => Buffer.from(data, 'base64').toString('latin1'));
      });
      return { aggregate, records };
    });
    process.stdout.write(JSON.stringify(packed));`;
  const require = createRequire(import.meta.url);
  const options = { input: JSON.stringify(batches), env: { PATH: process.env.PATH } };
  const library = require.resolve('aws-kinesis-agg');
  return JSON.parse(execFileSync(process.execPath, ['-e', script, library], options).toString()) as Packed[];
}
