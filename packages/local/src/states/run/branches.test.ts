import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { only, outline, runMachine, settle, startMachine } from '../../../test/run-machine.ts';
import { StateFailure } from '../failure.ts';

const call = 'arn:aws:states:::lambda:invoke';
const forever = () => new Promise<never>(() => {});
const one = (name: string, state: object) => ({
  StartAt: name,
  States: {
    [name]: {
      ...state,
      ...('Type' in state && (state.Type === 'Fail' || state.Type === 'Succeed') ? {} : { End: true }),
    },
  },
});

describe('Parallel', () => {
  it('gives every branch the same input, and lists what they came to', async () => {
    const branches = [one('A', { Type: 'Pass', Output: ['{% $states.input %}'] }), one('B', { Type: 'Succeed' })];
    const { outcome, events } = await runMachine(
      only({ Type: 'Parallel', Branches: branches, Arguments: '{% $states.input.n %}' }),
      { input: { n: 1 } },
    );
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [[1], 1] });
    expect(outline(events)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered Only',
      '3<2 ParallelStateStarted',
      '4<3 PassStateEntered A',
      '5<3 SucceedStateEntered B',
      '6<5 SucceedStateExited B',
      '7<4 PassStateExited A',
      '8<7 ParallelStateSucceeded',
      '9<7 ParallelStateExited Only',
      '10<9 ExecutionSucceeded',
    ]);
  });

  it('fails with its first failure, and aborts what still runs, however deep', async () => {
    const aborted: string[] = [];
    const inner = {
      Type: 'Parallel',
      Branches: [one('Deep', { Type: 'Task', Resource: call }), one('Slow', { Type: 'Wait', Seconds: 99 })],
    };
    const each = { Type: 'Map', Items: [1], ItemProcessor: one('Item', { Type: 'Wait', Seconds: 50 }) };
    const late = {
      StartAt: 'Soon',
      States: { Soon: { Type: 'Wait', Seconds: 5, Next: 'Break' }, Break: { Type: 'Fail', Error: 'Oh' } },
    };
    const state = { Type: 'Parallel', Branches: [one('Inner', inner), one('Each', each), late] };
    const run = startMachine(only(state), {
      task: ({ stateName, signal }) => {
        signal.addEventListener('abort', () => aborted.push(stateName));
        return forever();
      },
    });
    await settle();
    const before = run.events.length;
    run.clock.advance(5_000);
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'Oh' });
    expect(aborted).toEqual(['Deep']);
    const failed = run.events.findLast((event) => event.type === 'FailStateEntered')?.id;
    const after = outline(run.events).slice(before + 2);
    const types = ['MapIteration', 'MapState', 'ParallelState', 'TaskState', 'WaitState', 'WaitState'];
    const abortions = after.slice(0, -2).map((line) => line.replace(/^\d+/, ''));
    expect(abortions.sort()).toEqual(types.map((type) => `<${failed} ${type}Aborted`));
    expect(after.at(-2)).toMatch(new RegExp(`^\\d+<${failed} ParallelStateFailed$`));
    expect(run.events.at(-1)?.type).toBe('ExecutionFailed');
  });

  it('is retried as a whole, and caught', async () => {
    let calls = 0;
    const branches = [one('A', { Type: 'Task', Resource: call }), one('B', { Type: 'Pass' })];
    const state = {
      Type: 'Parallel',
      Branches: branches,
      Retry: [{ ErrorEquals: ['Oh'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Mend' }],
      Next: 'Mend',
    };
    const run = startMachine(
      { StartAt: 'Both', States: { Both: state, Mend: { Type: 'Succeed' } } },
      {
        task: () => {
          calls++;
          throw new StateFailure('Oh', 'no');
        },
      },
    );
    await settle();
    run.clock.advance(1_000);
    expect(await run.done).toEqual({ status: 'SUCCEEDED', output: { Error: 'Oh', Cause: 'no' } });
    expect(calls).toBe(2);
    const types = run.events.map((event) => event.type);
    expect(types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(types.filter((type) => type === 'ParallelStateFailed')).toHaveLength(1);
    expect(types.filter((type) => type === 'ParallelStateEntered')).toHaveLength(1);
  });
});

describe('Map', () => {
  const each = (fields: object, inner: object = { Type: 'Pass' }) =>
    only({ Type: 'Map', ItemProcessor: { ...one('Item', inner), ProcessorConfig: { Mode: 'INLINE' } }, ...fields });

  it('runs its states for every item, in the order of the items', async () => {
    const selector = {
      index: '{% $states.context.Map.Item.Index %}',
      value: '{% $states.context.Map.Item.Value %}',
      all: '{% $count($states.input.list) %}',
    };
    const state = each(
      { Items: '{% $states.input.list %}', ItemSelector: selector, Output: '{% $states.result.seen %}' },
      { Type: 'Pass', Output: { seen: '{% [$states.input, $states.context.Map.Item.Value] %}' } },
    );
    const { outcome } = await runMachine(state, { input: { list: ['a', 'b'] } });
    expect(outcome).toEqual({
      status: 'SUCCEEDED',
      output: [{ index: 0, value: 'a', all: 2 }, 'a', { index: 1, value: 'b', all: 2 }, 'b'],
    });
  });

  it('takes its input for items, also none', async () => {
    expect((await runMachine(each({}), { input: [1, [2]] })).outcome).toEqual({
      status: 'SUCCEEDED',
      output: [1, [2]],
    });
    const none = await runMachine(each({}), { input: [] });
    expect(none.outcome).toEqual({ status: 'SUCCEEDED', output: [] });
    expect(outline(none.events).slice(2)).toEqual([
      '3<2 MapStateStarted',
      '4<3 MapStateSucceeded',
      '5<3 MapStateExited Only',
      '6<5 ExecutionSucceeded',
    ]);
    expect(none.events[2]?.mapStateStartedEventDetails).toEqual({ length: 0 });
  });

  it('refuses what is no list', async () => {
    const { outcome, events } = await runMachine(each({ Items: '{% $states.input %}' }), { input: { a: 1 } });
    expect(outcome).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(
        "field 'Items' returned an unexpected result type. Expected 'array', but was 'object' for value: {\"a\":1}",
      ),
    });
    expect(outline(events).slice(2)).toEqual(['3<0 EvaluationFailed', '4<3 MapStateFailed', '5<4 ExecutionFailed']);
  });

  it('has the history that Step Functions has, one at a time', async () => {
    const { events } = await runMachine(each({ MaxConcurrency: '{% 1 %}' }), { input: [7, 8] });
    expect(outline(events).slice(2)).toEqual([
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered Item',
      '6<5 PassStateExited Item',
      '7<6 MapIterationSucceeded',
      '8<6 MapIterationStarted',
      '9<8 PassStateEntered Item',
      '10<9 PassStateExited Item',
      '11<10 MapIterationSucceeded',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited Only',
      '14<13 ExecutionSucceeded',
    ]);
    expect(events[3]?.mapIterationStartedEventDetails).toEqual({ name: 'Only', index: 0 });
  });

  it('runs as many at once as it may, 40 at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 70 }), async (limit, count) => {
        let running = 0;
        let most = 0;
        const run = startMachine(each({ MaxConcurrency: limit }, { Type: 'Task', Resource: call }), {
          input: Array.from({ length: count }, (_, index) => index),
          task: async ({ arguments: item }) => {
            most = Math.max(most, ++running);
            await new Promise((resolve) => setImmediate(resolve));
            running--;
            return item;
          },
        });
        expect(await run.done).toEqual({
          status: 'SUCCEEDED',
          output: Array.from({ length: count }, (_, index) => index),
        });
        expect(most).toBe(Math.min(count, limit === 0 ? 40 : Math.min(limit, 40)));
      }),
      { numRuns: 8 },
    );
  });

  it('fails with its first failure, begins no more and aborts the others', async () => {
    const begun: unknown[] = [];
    const run = startMachine(each({ MaxConcurrency: 2 }, { Type: 'Task', Resource: call }), {
      input: [0, 1, 2],
      task: ({ arguments: item }) => {
        begun.push(item);
        if (item === 0) throw new StateFailure('Oh', undefined);
        return forever();
      },
    });
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'Oh' });
    expect(begun).toEqual([0, 1]);
    const failed = run.events.find((event) => event.type === 'TaskFailed')?.id;
    expect(
      outline(run.events)
        .slice(-5)
        .map((line) => line.replace(/^\d+/, '')),
    ).toEqual([
      `<${failed} MapIterationFailed`,
      `<${failed} TaskStateAborted`,
      `<${failed} MapIterationAborted`,
      `<${failed} MapStateFailed`,
      expect.stringMatching(/ExecutionFailed$/),
    ]);
  });
});

describe('variables', () => {
  it('of the states around can be read within, and those within end there', async () => {
    const within = {
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { own: '{% $outer & $string($states.input) %}' }, Next: 'Get' },
        Get: { Type: 'Pass', Output: '{% $own %}', End: true },
      },
    };
    const { outcome } = await runMachine({
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Assign: { outer: 'o' }, Output: [1, 2], Next: 'Each' },
        Each: {
          Type: 'Map',
          ItemProcessor: within,
          Output: { each: '{% $states.result %}', own: '{% $exists($own) %}' },
          Assign: { outer: 'p' },
          Next: 'Last',
        },
        Last: { Type: 'Pass', Output: ['{% $states.input %}', '{% $outer %}', '{% $exists($own) %}'], End: true },
      },
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [{ each: ['o1', 'o2'], own: false }, 'p', false] });
  });
});
