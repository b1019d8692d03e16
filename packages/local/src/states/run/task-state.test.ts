import { describe, expect, it } from 'vitest';
import { only, outline, runMachine, settle, startMachine, startMs } from '../../../test/run-machine.ts';
import { Stopped } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import type { Task } from '../task-runner.ts';

const call = 'arn:aws:states:::lambda:invoke';
const waitForToken = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const forever = () => new Promise<never>(() => {});
const fail = (error: string) => {
  throw new StateFailure(error, `because of ${error}`);
};

describe('a task', () => {
  it('is performed with its arguments, and its result is the output', async () => {
    const tasks: Task[] = [];
    const { outcome, events } = await runMachine(
      only({
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:pipes:createPipe',
        Arguments: { Name: '{% $states.input.run & "-pipe" %}', Tags: [] },
        Credentials: { RoleArn: '{% "arn:aws:iam::000000000000:role/" & $states.input.run %}' },
        TimeoutSeconds: '{% $states.input.seconds %}',
      }),
      {
        input: { run: 'r1', seconds: 60 },
        task: (task) => {
          tasks.push(task);
          return { Arn: 'x' };
        },
      },
    );
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { Arn: 'x' } });
    expect(tasks).toMatchObject([
      {
        stateName: 'Only',
        resource: 'arn:aws:states:::aws-sdk:pipes:createPipe',
        arguments: { Name: 'r1-pipe', Tags: [] },
        taskToken: undefined,
        roleArn: 'arn:aws:iam::000000000000:role/r1',
        timeoutSeconds: 60,
        heartbeatSeconds: undefined,
        context: { State: { Name: 'Only', RetryCount: 0 } },
      },
    ]);
    const of = { resourceType: 'aws-sdk:pipes', resource: 'createPipe' };
    expect(outline(events).slice(2)).toEqual([
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSucceeded',
      '6<5 TaskStateExited Only',
      '7<6 ExecutionSucceeded',
    ]);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      ...of,
      region: 'us-east-1',
      parameters: '{"Name":"r1-pipe","Tags":[]}',
      timeoutInSeconds: 60,
      taskCredentials: { roleArn: 'arn:aws:iam::000000000000:role/r1' },
    });
    expect(events[3]?.taskStartedEventDetails).toEqual(of);
    expect(events[4]?.taskSucceededEventDetails).toEqual({
      ...of,
      output: '{"Arn":"x"}',
      outputDetails: { truncated: false },
    });
  });

  it('has its input for arguments, and its result in Output and Assign', async () => {
    const { outcome } = await runMachine(
      {
        StartAt: 'Call',
        States: {
          Call: {
            Type: 'Task',
            Resource: call,
            Output: '{% $states.result.n + $states.input.n %}',
            Assign: { n: '{% $states.result.n %}' },
            Next: 'After',
          },
          After: { Type: 'Pass', Output: ['{% $states.input %}', '{% $n %}'], End: true },
        },
      },
      { input: { n: 4 }, task: ({ arguments: given }) => ({ n: (given as { n: number }).n * 10 }) },
    );
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [44, 40] });
  });

  it('that names a function has events of its own', async () => {
    const resource = 'arn:aws:lambda:us-east-1:000000000000:function:plan';
    const good = await runMachine(only({ Type: 'Task', Resource: resource, TimeoutSeconds: 9 }), {
      task: () => undefined,
      input: 1,
    });
    expect(good.outcome).toEqual({ status: 'SUCCEEDED', output: null });
    expect(outline(good.events).slice(2, 5)).toEqual([
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionSucceeded',
    ]);
    expect(good.events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      resource,
      input: '1',
      inputDetails: { truncated: false },
      timeoutInSeconds: 9,
    });
    const bad = await runMachine(only({ Type: 'Task', Resource: resource }), { task: () => fail('Oh') });
    expect(bad.events[4]?.lambdaFunctionFailedEventDetails).toEqual({ error: 'Oh', cause: 'because of Oh' });
  });

  it('that waits for a job shows what its call answered', async () => {
    const resource = 'arn:aws:states:::states:startExecution.sync:2';
    const { events } = await runMachine(only({ Type: 'Task', Resource: resource }), {
      task: ({ submitted }) => {
        submitted({ executionArn: 'a' });
        return 1;
      },
    });
    expect(outline(events).slice(3, 6)).toEqual(['4<3 TaskStarted', '5<4 TaskSubmitted', '6<5 TaskSucceeded']);
    expect(events[4]?.taskSubmittedEventDetails).toMatchObject({
      resourceType: 'states',
      resource: 'startExecution.sync:2',
    });
  });

  it('that throws anything but a failure is a mistake of the engine, which nothing catches', async () => {
    const state = {
      Type: 'Task',
      Resource: call,
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Only' }],
    };
    const { outcome } = await runMachine(only(state), {
      task: () => {
        throw new TypeError('no such thing');
      },
    });
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('TypeError: no such thing'),
    });
  });
});

describe('retries', () => {
  const retried = (retriers: object[]) =>
    only({ Type: 'Task', Resource: call, Arguments: '{% $states.context.State.RetryCount %}', Retry: retriers });

  it('come after their delays, with the arguments anew', async () => {
    const counts: unknown[] = [];
    const run = startMachine(retried([{ ErrorEquals: ['Busy'], IntervalSeconds: 10, MaxAttempts: 2 }]), {
      task: ({ arguments: count }) => {
        counts.push(count);
        return count === 2 ? 'done' : fail('Busy');
      },
    });
    await settle();
    run.clock.advance(9_999);
    await settle();
    expect(counts).toEqual([0]);
    run.clock.advance(1);
    await settle();
    expect(counts).toEqual([0, 1]);
    run.clock.advance(20_000);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 'done' });
    expect(outline(run.events).slice(4, 12)).toEqual([
      '5<4 TaskFailed',
      '6<5 TaskScheduled',
      '7<6 TaskStarted',
      '8<7 TaskFailed',
      '9<8 TaskScheduled',
      '10<9 TaskStarted',
      '11<10 TaskSucceeded',
      '12<11 TaskStateExited Only',
    ]);
    expect(run.events[8]?.timestamp).toEqual(new Date(startMs + 30_000));
  });

  it('spread over their delays with jitter', async () => {
    const run = startMachine(
      retried([{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 8, JitterStrategy: 'FULL' }]),
      {
        random: () => 0.25,
        task: ({ arguments: count }) => (count === 1 ? 'done' : fail('Busy')),
      },
    );
    await settle();
    run.clock.advance(2_000);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 'done' });
  });

  it('also follow what cannot be evaluated, and end with the failure', async () => {
    const state = {
      Type: 'Task',
      Resource: call,
      Output: '{% $states.result.missing %}',
      Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
    };
    const run = startMachine(only(state), { task: () => ({}) });
    await settle();
    run.clock.advance(1_000);
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(outline(run.events).slice(4)).toEqual([
      '5<4 TaskSucceeded',
      '6<5 EvaluationFailed',
      '7<6 TaskScheduled',
      '8<7 TaskStarted',
      '9<8 TaskSucceeded',
      '10<9 EvaluationFailed',
      '11<10 ExecutionFailed',
    ]);
  });

  it('are cut short by a stop', async () => {
    const stop = new AbortController();
    const run = startMachine(retried([{ ErrorEquals: ['States.ALL'] }]), {
      task: () => fail('Busy'),
      signal: stop.signal,
    });
    await settle();
    stop.abort(new Stopped());
    expect(await run.done).toMatchObject({ status: 'ABORTED' });
  });
});

describe('catchers', () => {
  const caught = (catchers: object[]) => ({
    StartAt: 'Call',
    States: {
      Call: { Type: 'Task', Resource: call, Output: 'fine', Assign: { went: 'well' }, Catch: catchers, End: true },
      Mend: { Type: 'Pass', Output: ['{% $states.input %}', '{% $exists($why) ? $why : "" %}'], End: true },
    },
  });

  it('go on elsewhere, with the failure, the input and the variables', async () => {
    const assigning = {
      ErrorEquals: ['Oh'],
      Next: 'Mend',
      Output: '{% $states.errorOutput.Error & $states.input %}',
      Assign: { why: '{% $states.errorOutput.Cause %}' },
    };
    const { outcome, events } = await runMachine(caught([{ ErrorEquals: ['Ah'], Next: 'Call' }, assigning]), {
      input: '!',
      task: () => fail('Oh'),
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: ['Oh!', 'because of Oh'] });
    expect(outline(events).slice(4, 7)).toEqual([
      '5<4 TaskFailed',
      '6<5 TaskStateExited Call',
      '7<6 PassStateEntered Mend',
    ]);
    expect(events[5]?.stateExitedEventDetails).toMatchObject({
      output: '"Oh!"',
      assignedVariables: { why: '"because of Oh"' },
    });
  });

  it('hand the failure on where they say nothing', async () => {
    const { outcome } = await runMachine(caught([{ ErrorEquals: ['States.ALL'], Next: 'Mend' }]), {
      task: () => fail('Oh'),
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [{ Error: 'Oh', Cause: 'because of Oh' }, ''] });
  });

  it('catch nothing that fails in themselves', async () => {
    const broken = { ErrorEquals: ['States.ALL'], Next: 'Mend', Output: '{% $nothing %}' };
    const { outcome } = await runMachine(caught([broken]), { task: () => fail('Oh') });
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("field 'Catch[0]/Output'"),
    });
  });

  it('catch what cannot be evaluated, but neither States.Runtime nor, by States.ALL, too much data', async () => {
    const all = { ErrorEquals: ['States.ALL'], Next: 'Mend', Output: 'mended' };
    const unevaluated = {
      ...caught([all]),
      States: { ...caught([all]).States, Call: { ...caught([all]).States.Call, Arguments: '{% $nothing %}' } },
    };
    expect((await runMachine(unevaluated, { task: () => 1 })).outcome).toMatchObject({ output: ['mended', ''] });
    const runtime = await runMachine(caught([all]), { task: () => fail('States.Runtime') });
    expect(runtime.outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    const large = await runMachine(caught([all]), { task: () => 'x'.repeat(262_143) });
    expect(large.outcome).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    const named = { ...all, ErrorEquals: ['States.DataLimitExceeded'] };
    const mended = await runMachine(caught([named]), { task: () => 'x'.repeat(262_143) });
    expect(mended.outcome).toMatchObject({ output: ['mended', ''] });
    expect(mended.events[4]?.taskFailedEventDetails?.cause).toBe(
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });
});

describe('timeouts', () => {
  it('give the task up, and tell it so', async () => {
    const tasks: Task[] = [];
    const state = {
      Type: 'Task',
      Resource: call,
      TimeoutSeconds: 5,
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
    };
    const run = startMachine(only(state), {
      task: (task) => {
        tasks.push(task);
        return forever();
      },
    });
    await settle();
    run.clock.advance(4_999);
    await settle();
    expect(tasks.map(({ signal }) => signal.aborted)).toEqual([false]);
    run.clock.advance(1);
    await settle();
    expect(tasks.map(({ signal }) => signal.aborted)).toEqual([true]);
    run.clock.advance(1_000);
    await settle();
    run.clock.advance(5_000);
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'States.Timeout', cause: undefined });
    expect(outline(run.events).slice(4)).toEqual([
      '5<4 TaskTimedOut',
      '6<5 TaskScheduled',
      '7<6 TaskStarted',
      '8<7 TaskTimedOut',
      '9<8 ExecutionFailed',
    ]);
    expect(run.events[4]?.taskTimedOutEventDetails).toEqual({
      error: 'States.Timeout',
      resourceType: 'lambda',
      resource: 'invoke',
    });
  });

  it('of functions are told as such', async () => {
    const run = startMachine(
      only({ Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', TimeoutSeconds: 5 }),
      { task: forever },
    );
    await settle();
    run.clock.advance(5_000);
    await run.done;
    expect(run.events[4]).toMatchObject({
      type: 'LambdaFunctionTimedOut',
      lambdaFunctionTimedOutEventDetails: { error: 'States.Timeout' },
    });
  });

  it('a stop, and the time of the machine, reach a task that runs', async () => {
    let signal: AbortSignal | undefined;
    const run = startMachine(
      {
        ...only({ Type: 'Task', Resource: call, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Only' }] }),
        TimeoutSeconds: 7,
      },
      {
        task: (task) => {
          signal = task.signal;
          return forever();
        },
      },
    );
    await settle();
    run.clock.advance(7_000);
    expect(await run.done).toMatchObject({ status: 'TIMED_OUT' });
    expect(signal?.aborted).toBe(true);
    expect(outline(run.events).slice(3)).toEqual(['4<3 TaskStarted', '5<0 ExecutionTimedOut']);
  });
});

describe('tokens', () => {
  const state = { Type: 'Task', Resource: waitForToken, Arguments: { Token: '{% $states.context.Task.Token %}' } };
  const started = (fields: object = {}) => {
    const given: string[] = [];
    const run = startMachine(only({ ...state, ...fields }), {
      task: ({ arguments: { Token }, taskToken }: Task & { arguments: { Token: string } }) => {
        expect(Token).toBe(taskToken);
        given.push(Token);
        return { MessageId: given.length };
      },
    } as Parameters<typeof startMachine>[1]);
    return { run, given };
  };

  it('end the task with what is sent', async () => {
    const { run, given } = started({ Output: { got: '{% $states.result %}' } });
    await settle();
    expect(outline(run.events).slice(2)).toEqual(['3<2 TaskScheduled', '4<3 TaskStarted', '5<4 TaskSubmitted']);
    expect(run.events[4]?.taskSubmittedEventDetails).toEqual({
      resourceType: 'sqs',
      resource: 'sendMessage.waitForTaskToken',
      output: '{"MessageId":1}',
      outputDetails: { truncated: false },
    });
    expect(run.tokens.succeed(given[0] ?? '', { a: 1 })).toBe('taken');
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: { got: { a: 1 } } });
    expect(run.tokens.succeed(given[0] ?? '', {})).toBe('late');
  });

  it('are others after a retry', async () => {
    const { run, given } = started({ Retry: [{ ErrorEquals: ['Oh'], IntervalSeconds: 1 }] });
    await settle();
    run.tokens.fail(given[0] ?? '', { error: 'Oh', cause: 'no' });
    await settle();
    run.clock.advance(1_000);
    await settle();
    expect(given).toHaveLength(2);
    expect(given[1]).not.toBe(given[0]);
    expect(run.tokens.succeed(given[0] ?? '', 1)).toBe('late');
    run.tokens.succeed(given[1] ?? '', 2);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 2 });
  });

  it('fail the task, with or without a name', async () => {
    const { run, given } = started();
    await settle();
    run.tokens.fail(given[0] ?? '', {});
    expect(await run.done).toMatchObject({ status: 'FAILED', error: undefined, cause: undefined });
    expect(run.events[5]?.taskFailedEventDetails).toEqual({
      resourceType: 'sqs',
      resource: 'sendMessage.waitForTaskToken',
    });
  });

  it('that come before the call has answered count when it has', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    let token: string | undefined;
    const run = startMachine(only(state), {
      task: ({ taskToken }) => {
        token = taskToken;
        return promise;
      },
    });
    await settle();
    expect(run.tokens.succeed(token ?? '', 'early')).toBe('taken');
    await settle();
    expect(outline(run.events)).toHaveLength(4);
    resolve({});
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 'early' });
    expect(outline(run.events).slice(4, 6)).toEqual(['5<4 TaskSubmitted', '6<5 TaskSucceeded']);
  });

  it('are waited for as long as heartbeats come', async () => {
    const caught = {
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Late', Output: '{% $states.errorOutput.Error %}' }],
      HeartbeatSeconds: '{% 10 %}',
      Next: 'Late',
    };
    const given: (string | undefined)[] = [];
    const run = startMachine(
      { StartAt: 'Ask', States: { Ask: { ...state, ...caught }, Late: { Type: 'Succeed' } } },
      { task: ({ taskToken }) => given.push(taskToken) },
    );
    const token = () => given[0] ?? '';
    await settle();
    for (let beat = 0; beat < 3; beat++) {
      run.clock.advance(9_999);
      await settle();
      expect(run.tokens.heartbeat(token())).toBe('taken');
    }
    run.clock.advance(9_999);
    await settle();
    expect(outline(run.events)).toHaveLength(5);
    run.clock.advance(1);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: 'States.Timeout' });
    expect(outline(run.events)[5]).toBe('6<5 TaskTimedOut');
    expect(run.tokens.heartbeat(token())).toBe('late');
  });

  it('are not waited for beyond the timeout, heartbeats or not', async () => {
    const { run, given } = started({ TimeoutSeconds: 15, HeartbeatSeconds: 10 });
    await settle();
    run.clock.advance(9_000);
    run.tokens.heartbeat(given[0] ?? '');
    run.clock.advance(6_000);
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(run.tokens.succeed(given[0] ?? '', 1)).toBe('late');
  });
});

it('cuts off what of an error is too long for a history, so that it can be caught', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const caught = {
    StartAt: 'Only',
    States: { Only: { Type: 'Task', Resource: call, End: true, Catch }, Caught: { Type: 'Succeed' } },
  };
  const task = () => {
    throw new StateFailure('Oh', 'x'.repeat(300_000));
  };
  const { outcome } = await runMachine(caught, { task });
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: { Error: 'Oh', Cause: 'x'.repeat(32_768) } });
});
