import { expect, it } from 'vitest';
import { outline, runMachine, startMachine } from '../../test/run-machine.ts';
import type { ExecutionOutcome } from './execution.ts';
import { StateFailure } from './failure.ts';

const call = 'arn:aws:states:::lambda:invoke';

function progressOf(outcome: ExecutionOutcome) {
  if (outcome.status === 'SUCCEEDED') throw new Error('it has succeeded');
  return outcome.progress;
}

it('goes on with the state that failed, its input and its variables', async () => {
  const definition = {
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Assign: { n: 1 }, Output: 'from first', Next: 'Second' },
      Second: {
        Type: 'Task',
        Resource: call,
        Output: ['{% $states.input %}', '{% $n %}', '{% $states.result %}'],
        End: true,
      },
    },
  };
  let healthy = false;
  const task = () => {
    if (healthy) return 'fine';
    throw new StateFailure('Oh', undefined);
  };
  const failed = await runMachine(definition, { task });
  healthy = true;
  const redrive = { progress: progressOf(failed.outcome), lastEventId: failed.events.length, count: 1 };
  const { outcome, events } = await runMachine(definition, { task, redrive });
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: ['from first', 1, 'fine'] });
  expect(outline(events).slice(0, 2)).toEqual(['9<8 ExecutionRedriven', '10<9 TaskStateEntered Second']);
  expect(events[0]?.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
});

it('keeps what branches and iterations have come to', async () => {
  const called: unknown[] = [];
  let healthy = false;
  const each = {
    Type: 'Map',
    ItemProcessor: {
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { v: '{% $states.input * 10 %}' }, Next: 'Call' },
        Call: { Type: 'Task', Resource: call, Output: '{% $v %}', End: true },
      },
    },
    MaxConcurrency: 1,
    End: true,
  };
  const definition = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Each', States: { Each: each } },
          { StartAt: 'Quick', States: { Quick: { Type: 'Pass', Output: 'quick', End: true } } },
        ],
        End: true,
      },
    },
  };
  const task = ({ arguments: item }: { readonly arguments: unknown }) => {
    called.push(item);
    if (item === 2 && !healthy) throw new StateFailure('Oh', undefined);
    return item;
  };
  const failed = await startMachine(definition, { input: [1, 2, 3], task }).done;
  expect(failed.status).toBe('FAILED');
  healthy = true;
  const { outcome, events } = await runMachine(definition, {
    input: [1, 2, 3],
    task,
    redrive: { progress: progressOf(failed), lastEventId: 50, count: 1 },
  });
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: [[10, 20, 30], 'quick'] });
  expect(called).toEqual([1, 2, 2, 3]);
  expect(
    events
      .filter((event) => event.type === 'MapIterationStarted')
      .map((event) => event.mapIterationStartedEventDetails?.index),
  ).toEqual([1, 2]);
});
