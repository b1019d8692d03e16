import { expect, it } from 'vitest';
import { synthesizedEscalation } from '../../test/definition.ts';
import { type PerformedTask, runDefinition, taskFailure } from '../../test/run-definition.ts';

const telling = { Kind: 'page', Raise: 1, Round: 1, Tier: 1, Repeat: 1, Try: 0 };
const input = { source: 'web', incident: '20261120T030000Z-0a1b2c3d', execution: 1 };

/** Answers calls of the function in their order; of each the operation is noted, with what it is about. */
function function_(answers: readonly unknown[]) {
  const calls: unknown[] = [];
  const left = [...answers];
  const perform = ({ arguments: given }: PerformedTask): unknown => {
    const { source, incident, execution, token, ...call } = (given as { Payload: Record<string, unknown> }).Payload;
    expect({ source, incident, execution }).toEqual(input);
    calls.push(token === undefined ? call : { ...call, token: typeof token });
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return { Payload: answer };
  };
  return { calls, perform };
}

it('tells, sends until it is sent, waits for as long as it is told, and ends', async () => {
  const { calls, perform } = function_([
    { kind: 'tell', telling, gatherSeconds: 20 },
    { gathered: true },
    { sent: false, waitSeconds: 5 },
    { sent: true, waitSeconds: 0 },
    { kind: 'wait', step: 3, seconds: 300 },
    {},
    { kind: 'end' },
  ]);
  const outcome = await runDefinition(synthesizedEscalation(), input, perform);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  expect(calls).toEqual([
    { op: 'tick', loops: 0 },
    { op: 'gather', telling },
    { op: 'send', telling },
    { op: 'send', telling },
    { op: 'tick', loops: 3 },
    { op: 'await', step: 3, token: 'string' },
    { op: 'tick', loops: 4 },
  ]);
});

it('asks again what is next where it could not send', async () => {
  const failures = Array.from({ length: 11 }, () => taskFailure('TooManyRequestsException', 'busy'));
  const { calls, perform } = function_([
    { kind: 'tell', telling, gatherSeconds: 1 },
    { gathered: true },
    ...failures,
    { kind: 'succeeded' },
  ]);
  expect(await runDefinition(synthesizedEscalation(), input, perform)).toMatchObject({ status: 'SUCCEEDED' });
  expect(calls.slice(-2)).toEqual([
    { op: 'send', telling },
    { op: 'tick', loops: 1 },
  ]);
});
