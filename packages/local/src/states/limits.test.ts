import { describe, expect, it } from 'vitest';
import { only, runMachine } from '../../test/run-machine.ts';
import { jsonBytes } from './limits.ts';

/** A text of so many bytes as JSON, quotes included. */
const textOf = (bytes: number) => 'x'.repeat(bytes - 2);
const call = 'arn:aws:states:::lambda:invoke';

describe('256 KiB', () => {
  it('counts bytes of UTF-8', () => {
    expect(jsonBytes('é')).toBe(4);
    expect(jsonBytes({ a: [1, null] })).toBe(14);
  });

  it.each<[string, object]>([
    ['output', { Type: 'Pass', Output: '{% $states.input.text & $states.input.more %}' }],
    ['arguments', { Type: 'Task', Resource: call, Arguments: { a: '{% $states.input.text %}' } }],
    [
      'arguments of branches',
      {
        Type: 'Parallel',
        Arguments: '{% [$states.input.text] %}',
        Branches: [{ StartAt: 'A', States: { A: { Type: 'Succeed' } } }],
      },
    ],
    ['a variable', { Type: 'Pass', Assign: { a: '{% $states.input.text & $states.input.more %}' }, Output: 1 }],
    ['variables together', { Type: 'Pass', Assign: { a: '{% $states.input.text %}', b: 1 }, Output: 1 }],
  ])('is the limit of %s', async (_, state) => {
    const input = { text: textOf(262_144), more: 'x' };
    const { outcome } = await runMachine(only(state), { input, task: () => 1 });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('may be reached', async () => {
    const { outcome } = await runMachine(only({ Type: 'Task', Resource: call }), { task: () => textOf(262_144) });
    expect(outcome.status).toBe('SUCCEEDED');
  });

  it('says whose result is too large', async () => {
    const { outcome, events } = await runMachine(only({ Type: 'Pass', Output: '{% $states.input & "x" %}' }), {
      input: textOf(262_144),
    });
    const cause =
      "The state/task 'Only' returned a result with a size exceeding the maximum number of bytes service limit.";
    expect(outcome).toMatchObject({ cause });
    expect(events.at(-1)).toMatchObject({ id: 3, previousEventId: 2, type: 'ExecutionFailed' });
  });

  it('is not the limit of all variables, which is 10 MiB', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 42 }, (_, index) => [
        `S${index}`,
        { Type: 'Pass', Assign: { [`v${index}`]: '{% $states.input %}' }, Next: `S${index + 1}` },
      ]),
    );
    const { outcome } = await runMachine(
      { StartAt: 'S0', States: { ...states, S42: { Type: 'Succeed' } } },
      { input: textOf(262_000) },
    );
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      progress: { at: { stateName: 'S40' } },
    });
  });
});

describe('25,000 events', () => {
  it('end the execution, and no catcher helps', async () => {
    const loop = {
      StartAt: 'Around',
      States: {
        Around: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Turn',
              States: {
                Turn: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }], Default: 'Turn' },
                End: { Type: 'Succeed' },
              },
            },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Mend' }],
          Next: 'Mend',
        },
        Mend: { Type: 'Succeed' },
      },
    };
    const { outcome, events } = await runMachine(loop);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(events).toHaveLength(25_000);
    expect(events.every((event, index) => event.id === index + 1)).toBe(true);
    expect(events.at(-1)?.type).toBe('ExecutionFailed');
  });
});
