import { expect, test } from 'vitest';
import { TransitionCounter } from './transitions.ts';

test('a state that is entered, a repetition of a task and a redrive are transitions', () => {
  const counter = new TransitionCounter();
  const counted = [
    { type: 'ExecutionStarted', id: 1 } as const,
    { type: 'TaskStateEntered', id: 2 } as const,
    { type: 'TaskScheduled', id: 3, previousEventId: 2 } as const,
    { type: 'TaskFailed', id: 4, previousEventId: 3 } as const,
    { type: 'TaskScheduled', id: 5, previousEventId: 4 } as const,
    { type: 'ExecutionFailed', id: 6 } as const,
    { type: 'ExecutionRedriven', id: 7 } as const,
  ].map((event) => counter.count({ timestamp: new Date(0), ...event }));
  expect(counted).toEqual([0, 1, 0, 0, 1, 0, 1]);
});
