import { describe, expect, it } from 'vitest';
import { settle, startMachine } from '../../test/run-machine.ts';
import { StateFailure } from './failure.ts';
import { readDefinition } from './read-definition.ts';
import type { Task } from './task-runner.ts';

/** As the CDK writes states in JSONata: the language in every state, fields in its own order, its own retries. */
const lambdaRetry = {
  ErrorEquals: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ],
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
};
const language = { QueryLanguage: 'JSONata' };
const synthesized = {
  StartAt: 'Prepare run',
  States: {
    'Prepare run': {
      ...language,
      Next: 'Create pipe',
      Retry: [lambdaRetry],
      Type: 'Task',
      TimeoutSeconds: 60,
      Arguments: {
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:plan',
        Payload: { run: '{% $states.context.Execution.Name %}' },
      },
      Assign: { plan: '{% $states.result.Payload %}', pauseSeconds: 5 },
      Resource: 'arn:aws:states:::lambda:invoke',
    },
    'Create pipe': {
      ...language,
      Next: 'Pause',
      Retry: [
        {
          ErrorEquals: ['Pipes.ThrottlingException'],
          IntervalSeconds: 2,
          MaxAttempts: 4,
          BackoffRate: 2,
          MaxDelaySeconds: 10,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ Assign: { failure: '{% $states.errorOutput %}' }, ErrorEquals: ['States.ALL'], Next: 'Give up' }],
      Type: 'Task',
      TimeoutSeconds: 30,
      Arguments: { Name: '{% "replay-" & $plan.run %}' },
      Resource: 'arn:aws:states:::aws-sdk:pipes:createPipe',
    },
    Pause: {
      Type: 'Wait',
      ...language,
      Seconds: '{% $pauseSeconds %}',
      Next: 'Ask',
      Assign: { pauseSeconds: '{% $min([$pauseSeconds * 2, 60]) %}' },
    },
    Ask: {
      ...language,
      Next: 'Are all shards done?',
      Type: 'Task',
      HeartbeatSeconds: 60,
      Arguments: {
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:ask',
        Payload: { token: '{% $states.context.Task.Token %}' },
      },
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    },
    'Are all shards done?': {
      Type: 'Choice',
      ...language,
      Choices: [{ Condition: '{% $count($states.input.behind) = 0 %}', Next: 'Each shard' }],
      Default: 'Pause',
    },
    'Each shard': {
      Type: 'Map',
      ...language,
      Next: 'Finish',
      Output: { shards: '{% $states.result %}' },
      Items: '{% $plan.shards %}',
      ItemSelector: { shard: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Compare',
        States: { Compare: { Type: 'Pass', ...language, Output: '{% $uppercase($states.input.shard) %}', End: true } },
      },
      MaxConcurrency: 2,
    },
    'Give up': { Type: 'Fail', ...language, Error: 'Replay.Stopped', Cause: '{% $failure.Cause %}' },
    Finish: { Type: 'Succeed', ...language, Output: '{% $states.input %}' },
  },
  TimeoutSeconds: 3600,
};

/** A runner that plays AWS's part; asks are answered with the shards that are behind, one list after the other. */
function plays(behind: string[][], createPipe: () => unknown) {
  const calls: string[] = [];
  const tokens: string[] = [];
  const task = ({ resource, arguments: given, taskToken }: Task): unknown => {
    calls.push(`${resource.split(':::')[1]} ${JSON.stringify(given).replaceAll(taskToken ?? '\0', 'TOKEN')}`);
    if (resource.endsWith('createPipe')) return createPipe();
    if (taskToken === undefined) return { Payload: { run: 'r1', shards: ['a', 'b'] } };
    tokens.push(taskToken);
    return {};
  };
  const answer = () => ({ token: tokens.at(-1) ?? '', output: { behind: behind.shift() ?? [] } });
  return { task, calls, answer };
}

describe('a machine as the CDK synthesizes it', () => {
  it('runs to its end, with growing pauses', async () => {
    const { task, calls, answer } = plays([['a'], []], () => ({}));
    const run = startMachine({ ...synthesized, QueryLanguage: undefined }, { task });
    for (const pauseMs of [5_000, 10_000]) {
      await settle();
      run.clock.advance(pauseMs - 1);
      await settle();
      const { length } = calls;
      run.clock.advance(1);
      await settle();
      expect(calls).toHaveLength(length + 1);
      const { token, output } = answer();
      run.tokens.succeed(token, output);
    }
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: { shards: ['A', 'B'] } });
    const ask =
      'lambda:invoke.waitForTaskToken {"FunctionName":"arn:aws:lambda:us-east-1:000000000000:function:ask","Payload":{"token":"TOKEN"}}';
    expect(calls).toEqual([
      'lambda:invoke {"FunctionName":"arn:aws:lambda:us-east-1:000000000000:function:plan","Payload":{"run":"run-1"}}',
      'aws-sdk:pipes:createPipe {"Name":"replay-r1"}',
      ask,
      ask,
    ]);
  });

  it('gives up with the cause', async () => {
    const { task } = plays([], () => {
      throw new StateFailure('Pipes.ConflictException', 'it is there already');
    });
    const run = startMachine({ ...synthesized, QueryLanguage: undefined }, { task });
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'Replay.Stopped', cause: 'it is there already' });
  });

  it('is refused with the field of JSONPath that the CDK writes for a timeout that is an expression', () => {
    const { 'Create pipe': create, ...others } = synthesized.States;
    const { TimeoutSeconds: _, ...timeless } = create;
    const states = { ...others, 'Create pipe': { ...timeless, TimeoutSecondsPath: '{% $plan.seconds %}' } };
    const result = readDefinition(JSON.stringify({ ...synthesized, States: states }), {
      tasks: { refusal: () => undefined },
      maps: { refusals: () => [] },
    });
    expect(result).toEqual({
      ok: false,
      mistakes: ['States.Create pipe.TimeoutSecondsPath belongs to JSONPath, which is not supported'],
    });
  });
});
