import { expect, test } from 'vitest';
import { type Answer, type Call, cut, engineAccessKeyId } from '../gateway/intercept.ts';
import type { FaultAction } from './fault.ts';
import { Faults } from './faults.ts';

const done: Answer = { status: 200, headers: {}, body: 'done' };
let number = 0;

function call(
  functionName: string | undefined,
  more: { service?: string; operation?: string; resource?: string; accessKeyId?: string } = {},
): Call {
  number += 1;
  const { service = 'dynamodb', operation = 'UpdateItem', resource = 'T', accessKeyId = 'A' } = more;
  const request = {
    ...{ service, operation, accessKeyId, method: 'POST', path: '/', query: new URLSearchParams(), region: 'x' },
    ...{ headers: { 'x-amz-target': operation }, body: Buffer.alloc(0) },
  };
  const caller = { accessKeyId, sessionToken: 's', ...(functionName === undefined ? {} : { functionName }) };
  return { number, request, resource, caller };
}

function open() {
  const events: string[] = [];
  const faults = new Faults({ kill: async ({ functionName }) => void events.push(`kill ${functionName}`) });
  const run = (of: Call) =>
    faults.interceptor(of, async () => {
      events.push('effect');
      return done;
    });
  return { events, faults, run };
}

test.each<[FaultAction, readonly string[], 'cut' | number]>([
  [{ kind: 'kill', when: 'before' }, ['kill f'], 'cut'],
  [{ kind: 'kill', when: 'after' }, ['effect', 'kill f'], 'cut'],
  [{ kind: 'lose' }, ['effect'], 'cut'],
  [{ kind: 'throttle' }, [], 400],
  [{ kind: 'fail' }, [], 500],
  [{ kind: 'delay', ms: 1, when: 'before' }, ['effect'], 200],
  [{ kind: 'delay', ms: 1, when: 'after' }, ['effect'], 200],
  [{ kind: 'intercept', interceptor: async () => ({ status: 418, headers: {}, body: '' }) }, [], 418],
])('%j', async (action, expected, outcome) => {
  const { events, faults, run } = open();
  faults.add({ match: {}, action });
  const answer = await run(call('f'));
  expect([events, answer === cut ? 'cut' : answer.status]).toEqual([expected, outcome]);
  expect(faults.calls()).toMatchObject([{ caller: 'f', outcome }]);
});

test('a match names service, operation, caller and resource, or anything else', async () => {
  const { faults, run } = open();
  const strike = { kind: 'fail' } as const;
  const struck = async (match: Parameters<Faults['add']>[0]['match'], of: Call) => {
    const fault = faults.add({ match, action: strike });
    const answer = await run(of);
    fault.remove();
    return answer !== cut && answer.status === 500;
  };
  expect(await struck({ service: 's3' }, call('f'))).toBe(false);
  expect(await struck({ operation: 'UpdateItem', resource: 'T' }, call('f'))).toBe(true);
  expect(await struck({ resource: 'U' }, call('f'))).toBe(false);
  expect(await struck({ caller: 'client' }, call(undefined))).toBe(true);
  expect(await struck({ caller: 'client' }, call('f'))).toBe(false);
  expect(await struck({ caller: 'engine' }, call(undefined, { accessKeyId: engineAccessKeyId }))).toBe(true);
  expect(await struck({ where: ({ request }) => request.service === 'dynamodb' }, call('f'))).toBe(true);
});

test('the first fault that matches strikes, from and for as long as it says', async () => {
  const { faults, run } = open();
  const first = faults.add({ match: { caller: 'f' }, action: { kind: 'throttle' }, from: 2, times: 2 });
  const second = faults.add({ match: {}, action: { kind: 'fail' } });
  const statuses: unknown[] = [];
  for (let round = 0; round < 4; round += 1) {
    const answer = await run(call('f'));
    statuses.push(answer === cut ? 'cut' : answer.status);
  }
  expect(statuses).toEqual([500, 400, 400, 500]);
  expect([first.strikes, second.strikes]).toEqual([2, 2]);
  faults.clear();
  expect(await run(call('f'))).toBe(done);
});

test('points are listed once, in the order of their first call, and of functions only', async () => {
  const { faults, run } = open();
  for (const of of [call('f'), call('g'), call('f'), call('f', { operation: 'GetItem' }), call(undefined)])
    await run(of);
  expect(faults.points().map(({ caller, operation, calls }) => [caller, operation, calls])).toEqual([
    ['f', 'UpdateItem', 2],
    ['g', 'UpdateItem', 1],
    ['f', 'GetItem', 1],
  ]);
  faults.forget();
  expect(faults.points()).toEqual([]);
});

test.each([
  ['dynamodb', 'ProvisionedThroughputExceededException', 'InternalServerError'],
  ['kinesis', 'ProvisionedThroughputExceededException', 'InternalFailure'],
  ['monitoring', 'ThrottlingException', 'InternalServiceFault'],
  ['s3', 'SlowDown', 'InternalError'],
  ['lambda', 'TooManyRequestsException', 'ServiceException'],
  ['sns', 'Throttled', 'InternalError'],
])('%s has words of its own for too many calls and for its failures', async (service, throttled, failed) => {
  const { faults, run } = open();
  for (const [kind, code] of [
    ['throttle', throttled],
    ['fail', failed],
  ] as const) {
    faults.clear();
    faults.add({ match: {}, action: { kind } });
    const answer = await run(call('f', { service }));
    const text = answer === cut ? '' : `${answer.headers['x-amzn-errortype'] ?? ''}${answer.body}`;
    expect(text).toContain(code);
  }
});
