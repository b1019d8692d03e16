import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine, encodeLine } from './line.ts';

const record = {
  sequenceNumber: '49590000000000000000000000000000000000000000000000000001',
  partitionKey: 'Pegasus',
  arrivalMs: 1793_610_000_123,
  data: 'eyJhIjoxfQ==',
};
const line =
  '{"sequenceNumber":"49590000000000000000000000000000000000000000000000000001","partitionKey":"Pegasus","arrivalMs":1793610000123,"data":"eyJhIjoxfQ=="}';

describe('a line', () => {
  test('holds a record as it came, its fields in this order', () => {
    expect(encodeLine(record)).toBe(line);
    expect(decodeLine(line)).toEqual({ kind: 'record', record });
    // Whatever else the record carries stays out.
    expect(encodeLine({ ...record, extra: 1 } as typeof record)).toBe(line);
  });

  test('is read as it was written, and is one line whatever the partition key', () => {
    const anyRecord = fc.record({
      sequenceNumber: fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }).map(String),
      partitionKey: fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
      arrivalMs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      data: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
    });
    fc.assert(
      fc.property(anyRecord, (each) => {
        const text = encodeLine(each);
        expect(text).not.toContain('\n');
        expect(decodeLine(text)).toEqual({ kind: 'record', record: each });
      }),
    );
  });

  test.each([
    ['line', ''],
    ['line', '{'],
    ['line', '[1]'],
    ['line', 'null'],
    ['line', line.slice(0, -1)],
    ['sequenceNumber', line.replace('"sequenceNumber"', '"sequence"')],
    ['sequenceNumber', line.replace('"495', '"x495')],
    ['sequenceNumber', line.replace(/"4959\d+"/, '4959')],
    ['partitionKey', line.replace('"Pegasus"', 'null')],
    ['arrivalMs', line.replace('1793610000123', '"1793610000123"')],
    ['arrivalMs', line.replace('1793610000123', '-1')],
    ['arrivalMs', line.replace('1793610000123', '1.5')],
    ['data', line.replace('eyJhIjoxfQ==', 'eyJhIjoxfQ=')],
    ['data', line.replace('eyJhIjoxfQ==', 'eyJh*joxfQ==')],
    ['data', line.replace(',"data":"eyJhIjoxfQ=="', '')],
  ])('that is spoiled names the field %s', (field, spoiled) => {
    expect(decodeLine(spoiled)).toEqual({ kind: 'bad', field, detail: expect.any(String) });
  });

  test('that is spoiled is shown in part', () => {
    expect(decodeLine('x'.repeat(1000))).toEqual({
      kind: 'bad',
      field: 'line',
      detail: `is not a JSON object: ${'x'.repeat(97)}...`,
    });
  });
});
