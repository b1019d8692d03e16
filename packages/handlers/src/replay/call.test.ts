import { expect, test } from 'vitest';
import { parseCall } from './call.ts';

const settings = {
  source: 'web',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'bucket',
  streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
  recountFunction: 'arn:aws:lambda:us-east-1:000000000000:function:recount',
  pipeRoleArn: 'arn:aws:iam::000000000000:role/pipe',
  pipePrefix: 'tidemark',
  sizes: ['1m', 'w60'],
  publishSize: '1m',
  window: { seconds: 60, measures: ['distance'] },
  mappings: [{ consumer: 'count', mapping: 'uuid' }],
  holdSeconds: 67,
  recountDrainSeconds: 67,
  archive: false,
};
const call = { op: 'begun', run: 'r', source: 'web', settings };
const cursor = {
  pass: 1,
  part: 0,
  parts: [2],
  done: { part: 0, line: 500 },
  tally: { Equal: 1, Different: 0, Undecided: 0, UndecidedClosed: 0 },
  worst: [{ name: 'page view', size: '1m', different: 1, events: -5 }],
};

test.each([
  ['a step', call],
  ['a cursor of a comparison', { ...call, op: 'compare', cursor }],
  [
    'a cursor of an undo',
    {
      ...call,
      op: 'undo',
      cursor: { stays: { '1m': [{ fromMs: 0, toMs: 60000, reason: 'counted-since' }] }, last: { w60: 5 } },
    },
  ],
  [
    'a request',
    {
      ...call,
      op: 'prepare',
      kind: 'replay',
      execution: 'arn',
      request: { run: 'r', source: 'web', from: 'trim-horizon' },
    },
  ],
])('%s is read as it is', (_, given) => {
  expect(parseCall(given)).toEqual(given);
});

test.each([
  ['no call', undefined, 'call'],
  ['no step', { ...call, op: 'nothing' }, 'op'],
  ['a field too many', { ...call, cursor }, 'cursor'],
  ['a field too few', { ...call, run: undefined }, 'run'],
  ['a setting too many', { ...call, settings: { ...settings, other: 1 } }, 'settings.other'],
  ['a size that is none', { ...call, settings: { ...settings, sizes: ['1m', '2m'] } }, 'settings.sizes.1'],
  ['the settings of another source', { ...call, source: 'rides' }, 'settings.source'],
  ['a spoilt cursor', { ...call, op: 'compare', cursor: { ...cursor, pass: -1 } }, 'cursor.pass'],
  ['a spoilt undo', { ...call, op: 'undo', cursor: { stays: { '2m': [] }, last: {} } }, 'cursor.stays.2m'],
])('%s is refused, with its place', (_, given, place) => {
  const error = { name: 'BadCall', message: expect.stringMatching(new RegExp(`^${place}: `)) };
  expect(() => parseCall(given)).toThrow(expect.objectContaining(error));
});
