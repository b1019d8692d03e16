import { expect, test } from 'vitest';
import { busEvent } from './event.ts';
import { compileEventPattern } from './event-pattern.ts';

const event = busEvent(
  {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    timeMs: 0,
    resources: ['arn:aws:states:us-east-1:000000000000:execution:replay:one'],
    detail: { status: 'ABORTED', output: null, ip: ['10.1.2.3'], wide: '2001:db8::1' },
  },
  { region: 'us-east-1', account: '000000000000' },
);

test.each<[boolean, unknown]>([
  [true, { source: ['aws.states'], detail: { status: ['FAILED', 'ABORTED'] } }],
  [true, { resources: [{ prefix: 'arn:aws:states:' }], 'detail-type': [{ suffix: 'Status Change' }] }],
  [true, { detail: { output: [null], $or: [{ status: ['x'] }, { status: [{ 'anything-but': 'RUNNING' }] }] } }],
  [false, { source: ['aws.states'], detail: { status: ['RUNNING'] } }],
  [true, { detail: { ip: [{ cidr: '10.0.0.0/8' }], wide: [{ cidr: '2001:db8::/32' }] } }],
  [false, { detail: { ip: [{ cidr: '10.1.2.0/31' }] } }],
  [false, { detail: { status: [{ cidr: '0.0.0.0/0' }] } }],
  [
    true,
    {
      detail: {
        status: [{ 'anything-but': { wildcard: ['RUN*', 'FAIL*'] } }, { suffix: { 'equals-ignore-case': 'ed' } }],
      },
    },
  ],
  [false, { source: ['aws.states'], account: ['111111111111'] }],
])('%s of %j', (expected, pattern) => {
  const result = compileEventPattern(pattern);
  expect(result.ok && result.matches(event)).toBe(expected);
});

test.each<[string, unknown, string]>([
  ['nothing', {}, '$: an empty object matches nothing in particular'],
  ['nothing within', { detail: { a: {} } }, '$.detail.a: an empty object matches nothing in particular'],
  ['nothing in an alternative', { $or: [{ a: [1] }, {}] }, '$.$or[1]: an empty object matches nothing in particular'],
  [
    'an address',
    { detail: { ip: [{ cidr: '10.0.0.0/33' }] } },
    '$.detail.ip[0]: {"cidr":"10.0.0.0/33"} has an argument that cidr does not take',
  ],
  ['a text', 'source', '$: an object is needed, not "source"'],
])('a pattern of %s is refused', (_, pattern, mistake) => {
  const result = compileEventPattern(pattern);
  expect(result.ok ? 'accepted' : result.mistakes.join('; ')).toContain(mistake);
});
