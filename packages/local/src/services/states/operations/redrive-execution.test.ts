import { expect, test } from 'vitest';
import { historyEventsMax } from '../../../states/limits.ts';
import type { ExecutionRecord } from '../execution-record.ts';
import { redriveRefusal } from './redrive-execution.ts';

const record = { executionArn: 'arn', status: 'FAILED', stoppedMs: 0 } as ExecutionRecord;
const partsOf = (lastEventId: number) => ({
  clock: { now: () => 1 },
  store: { lastEventId: () => lastEventId },
  executions: { canResume: () => true },
});

test('a history that is full takes no redrive', () => {
  expect(redriveRefusal(partsOf(historyEventsMax - 2), record)).toBeUndefined();
  expect(redriveRefusal(partsOf(historyEventsMax), record)).toBe('Execution history event limit exceeded');
});
