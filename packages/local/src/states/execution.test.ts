import { describe, expect, it } from 'vitest';
import { only, outline, runMachine, settle, startMachine, startMs } from '../../test/run-machine.ts';
import { EngineClock } from '../clock.ts';
import { Stopped } from './execution.ts';

const preface = (name: string, id: number) =>
  `An error occurred while executing the state '${name}' (entered at the event id #${id}).`;

describe('Pass, and what passes through it', () => {
  it('hands its input on, with the history that Step Functions has', async () => {
    const { outcome, events } = await runMachine(only({ Type: 'Pass' }), { input: { a: 1 } });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });
    const whole = { truncated: false };
    expect(events).toEqual([
      {
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        timestamp: new Date(startMs),
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails: whole,
          roleArn: 'arn:aws:iam::000000000000:role/machine',
        },
      },
      {
        id: 2,
        previousEventId: 0,
        type: 'PassStateEntered',
        timestamp: new Date(startMs),
        stateEnteredEventDetails: { name: 'Only', input: '{"a":1}', inputDetails: whole },
      },
      {
        id: 3,
        previousEventId: 2,
        type: 'PassStateExited',
        timestamp: new Date(startMs),
        stateExitedEventDetails: { name: 'Only', output: '{"a":1}', outputDetails: whole },
      },
      {
        id: 4,
        previousEventId: 3,
        type: 'ExecutionSucceeded',
        timestamp: new Date(startMs),
        executionSucceededEventDetails: { output: '{"a":1}', outputDetails: whole },
      },
    ]);
  });

  it('assigns what later states see, from what was there before', async () => {
    const { outcome, events } = await runMachine({
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Assign: { n: 1, list: ['{% 1 + 1 %}'] }, Next: 'Second' },
        Second: {
          Type: 'Pass',
          Assign: { n: '{% $n + 1 %}', old: '{% $n %}' },
          Output: '{% $n %}',
          Next: 'Third',
        },
        Third: {
          Type: 'Pass',
          Output: { n: '{% $n %}', old: '{% $old %}', list: '{% $list %}', input: '{% $states.input %}' },
          End: true,
        },
      },
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { n: 2, old: 1, list: [2], input: 1 } });
    expect(events[4]?.stateExitedEventDetails).toEqual({
      name: 'Second',
      output: '1',
      outputDetails: { truncated: false },
      assignedVariables: { n: '2', old: '1' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  it('shows the context', async () => {
    const { outcome } = await runMachine(only({ Type: 'Pass', Output: '{% $states.context %}' }), { input: 5 });
    expect(outcome).toMatchObject({
      output: {
        Execution: {
          Id: 'arn:aws:states:us-east-1:000000000000:execution:Machine:run-1',
          Input: 5,
          Name: 'run-1',
          RoleArn: 'arn:aws:iam::000000000000:role/machine',
          StartTime: '2026-11-19T00:00:00.000Z',
        },
        State: { Name: 'Only', EnteredTime: '2026-11-19T00:00:00.000Z', RetryCount: 0 },
        StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine', Name: 'Machine' },
      },
    });
  });

  it('tells the time of the engine', async () => {
    const clock = new EngineClock({ startMs: 1_000, factor: 0 });
    const { outcome } = await runMachine(only({ Type: 'Pass', Output: ['{% $millis() %}', '{% $now() %}'] }), {
      clock,
    });
    expect(outcome).toMatchObject({ output: [1_000, '1970-01-01T00:00:01.000Z'] });
  });
});

describe('what cannot be evaluated', () => {
  it('fails the execution, with the field', async () => {
    const { outcome, events } = await runMachine({
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Next: 'Second' },
        Second: { Type: 'Pass', Output: { a: [1, '{% $nothing %}'] }, End: true },
      },
    });
    const cause = `${preface('Second', 4)} The JSONata expression '$nothing' specified for the field 'Output/a[1]' returned nothing (undefined).`;
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', cause });
    expect(outline(events).slice(2)).toEqual([
      '3<2 PassStateExited First',
      '4<3 PassStateEntered Second',
      '5<3 EvaluationFailed',
      '6<5 ExecutionFailed',
    ]);
    expect(events[4]?.evaluationFailedEventDetails).toEqual({
      state: 'Second',
      error: 'States.QueryEvaluationError',
      cause,
      location: 'Output/a[1]',
    });
  });

  it('says which type was expected', async () => {
    const { outcome } = await runMachine(only({ Type: 'Wait', Seconds: '{% "soon" %}' }));
    expect(outcome).toMatchObject({
      cause: `${preface('Only', 2)} The JSONata expression '"soon"' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: "soon"`,
    });
  });
});

describe('Choice', () => {
  const choice = (fields: object) => ({
    StartAt: 'Which',
    States: {
      Which: { Type: 'Choice', ...fields },
      Low: { Type: 'Pass', Output: ['low', '{% $states.input %}', '{% $kind %}'], End: true },
      High: { Type: 'Pass', Output: ['high', '{% $states.input %}', '{% $kind %}'], End: true },
    },
  });
  const definition = choice({
    Choices: [
      {
        Condition: '{% $states.input > 10 %}',
        Next: 'High',
        Output: '{% $states.input - 10 %}',
        Assign: { kind: 'ten' },
      },
      { Condition: '{% $states.input > 5 %}', Next: 'High', Assign: { kind: 'five' } },
    ],
    Default: 'Low',
    Output: 'none',
    Assign: { kind: 'other' },
  });

  it.each([
    [12, ['high', 2, 'ten']],
    [7, ['high', 7, 'five']],
    [1, ['low', 'none', 'other']],
  ])('of %d takes the first rule that holds, with its own output', async (input, output) => {
    expect((await runMachine(definition, { input })).outcome).toEqual({ status: 'SUCCEEDED', output });
  });

  it('without a rule that holds, and without a default, fails', async () => {
    const { outcome } = await runMachine(
      choice({
        Choices: [
          { Condition: '{% false %}', Next: 'Low' },
          { Condition: '{% 1 > 2 %}', Next: 'High' },
        ],
      }),
    );
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
      cause: expect.stringContaining('does not point to a next state'),
    });
  });

  it('knows no truth but true', async () => {
    const { outcome } = await runMachine(choice({ Choices: [{ Condition: '{% 1 %}', Next: 'Low' }], Default: 'High' }));
    expect(outcome).toMatchObject({
      cause: expect.stringContaining("Expected 'boolean', but was 'number' for value: 1"),
    });
  });
});

describe('Succeed and Fail', () => {
  it('end the execution', async () => {
    const succeed = { StartAt: 'Done', States: { Done: { Type: 'Succeed', Output: '{% $states.input.a %}' } } };
    const good = await runMachine(succeed, { input: { a: 3 } });
    expect(good.outcome).toEqual({ status: 'SUCCEEDED', output: 3 });
    expect(outline(good.events).slice(1)).toEqual([
      '2<0 SucceedStateEntered Done',
      '3<2 SucceedStateExited Done',
      '4<3 ExecutionSucceeded',
    ]);
    const bad = await runMachine(only({ Type: 'Fail', Error: 'Oh', Cause: '{% "no " & $states.input %}' }), {
      input: 'way',
    });
    expect(bad.outcome).toMatchObject({ status: 'FAILED', error: 'Oh', cause: 'no way' });
    expect(outline(bad.events).slice(1)).toEqual(['2<0 FailStateEntered Only', '3<2 ExecutionFailed']);
    expect(bad.events[2]?.executionFailedEventDetails).toEqual({ error: 'Oh', cause: 'no way' });
  });

  it('fails without a name', async () => {
    const { outcome, events } = await runMachine(only({ Type: 'Fail' }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: undefined, cause: undefined });
    expect(events[2]?.executionFailedEventDetails).toEqual({});
  });
});

describe('Wait', () => {
  it.each<[object, number]>([
    [{ Seconds: 30 }, 30_000],
    [{ Seconds: '{% $states.input.n * 2 %}' }, 20_000],
    [{ Timestamp: '2026-11-19T00:00:05.5Z' }, 5_500],
    [{ Timestamp: '{% $fromMillis($millis() + 1000) %}' }, 1_000],
  ])('%o goes by the clock of the engine', async (fields, ms) => {
    const run = startMachine(only({ Type: 'Wait', ...fields, Output: 'over' }), { input: { n: 10 } });
    run.clock.advance(0);
    await settle();
    expect(outline(run.events)).toHaveLength(2);
    run.clock.advance(ms - 1);
    await settle();
    expect(outline(run.events)).toHaveLength(2);
    run.clock.advance(1);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 'over' });
    expect(run.events.at(-1)?.timestamp).toEqual(new Date(startMs + ms));
  });

  it('does not wait for what is past', async () => {
    const { outcome } = await runMachine(only({ Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z' }), { input: 1 });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: 1 });
  });

  it.each([
    [
      { Seconds: '{% -1 %}' },
      'States.QueryEvaluationError',
      'The Seconds field is no whole number from 0 to 99999999: -1',
    ],
    [
      { Timestamp: '{% "tomorrow" %}' },
      'States.QueryEvaluationError',
      'cannot be parsed as an ISO-8601 extended offset date-time format string: tomorrow',
    ],
    [{ Timestamp: '{% "2222-01-01T00:00:00Z" %}' }, 'States.Runtime', 'Wait state delay is too long.'],
  ])('refuses %o', async (fields, error, cause) => {
    const { outcome } = await runMachine(only({ Type: 'Wait', ...fields }));
    expect(outcome).toMatchObject({ status: 'FAILED', error, cause: expect.stringContaining(cause) });
  });
});

describe('the end that comes from outside', () => {
  const waiting = only({ Type: 'Wait', Seconds: 100 });

  it('stops it', async () => {
    const stop = new AbortController();
    const run = startMachine(waiting, { signal: stop.signal });
    await settle();
    stop.abort(new Stopped({ error: 'Enough', cause: 'it is late' }));
    expect(await run.done).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'it is late' });
    expect(outline(run.events)).toEqual(['1<0 ExecutionStarted', '2<0 WaitStateEntered Only', '3<0 ExecutionAborted']);
    expect(run.events[2]?.executionAbortedEventDetails).toEqual({ error: 'Enough', cause: 'it is late' });
  });

  it('stops it for whatever reason, also before it has begun', async () => {
    const { outcome, events } = await runMachine(waiting, { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ status: 'ABORTED', error: undefined });
    expect(outline(events)).toEqual(['1<0 ExecutionStarted', '2<0 ExecutionAborted']);
  });

  it('is its own time', async () => {
    const run = startMachine({ ...waiting, TimeoutSeconds: 60 });
    await settle();
    run.clock.advance(60_000);
    expect(await run.done).toMatchObject({ status: 'TIMED_OUT', error: undefined, cause: undefined });
    expect(outline(run.events).at(-1)).toBe('3<0 ExecutionTimedOut');
  });

  it('does not come when it has ended before', async () => {
    const run = startMachine({ ...only({ Type: 'Wait', Seconds: 1 }), TimeoutSeconds: 60 }, { input: 1 });
    await settle();
    run.clock.advance(1_000);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 1 });
    run.clock.advance(100_000);
    await settle();
    expect(run.events.at(-1)?.type).toBe('ExecutionSucceeded');
  });
});
