import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorName } from '../../operator.ts';
import { ended, minuteMs, nowMs, OperatedStage, openedMs } from './operated-stage.fixture.ts';

let operated: OperatedStage;
beforeAll(async () => {
  operated = await OperatedStage.start();
});
afterAll(() => operated?.stop());

test('acknowledge: written once, whoever else does so at the same time; the execution is woken', async () => {
  const Summary = { What: 'a lot', Reason: '', Threshold: 1e20, Value: 0.1 };
  const id = await operated.put({ Token: 'token-1', UntilMs: nowMs + minuteMs, Summary });
  operated.stage.woken.length = 0;
  const all = await Promise.all(
    Array.from({ length: 5 }, () => operated.run(['acknowledge', id, '--note', 'looking', '--json'])),
  );
  expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
  expect(all.filter(({ out }) => JSON.parse(out).changed)).toHaveLength(1);
  expect(operated.stage.woken).toEqual(Array(5).fill('token-1'));
  const item = await operated.itemOf(id);
  expect(item).toMatchObject({ Version: 5, Status: 'acknowledged', Step: 2, Summary });
  expect(item.Acknowledged).toEqual({ By: operatorName(), AtMs: nowMs, How: 'command', Note: 'looking' });
  expect(item.Log).toEqual([{ AtMs: nowMs, Kind: 'acknowledged', By: operatorName(), Text: 'command: looking' }]);
  expect('UntilMs' in item).toBe(false);
  expect((await operated.run(['acknowledge', id])).out).toContain('It was so before, and nothing was changed.');
});

test('acknowledge: an execution that has gone on is no error, one that cannot be woken is said, one that ended is refused', async () => {
  const late = await operated.put({ Token: 'late', UntilMs: nowMs + minuteMs });
  expect(await operated.run(['acknowledge', late])).toMatchObject({ exitCode: 0, error: '' });
  const forbidden = await operated.put({ Token: 'forbidden', UntilMs: nowMs + minuteMs });
  const { exitCode, error } = await operated.run(['acknowledge', forbidden]);
  expect([exitCode, error]).toEqual([0, expect.stringContaining('could not be woken (AccessDeniedException')]);
  expect(await operated.itemOf(forbidden)).toMatchObject({ Status: 'acknowledged' });
  const over = await operated.put(ended(openedMs));
  expect(await operated.run(['acknowledge', over])).toMatchObject({
    ...{ exitCode: 1, out: '' },
    error: `Incident ${over} recovered by itself at 2026-11-20T09:10:00Z; there is nothing to answer.\n`,
  });
});

test('resolve: asks first', async () => {
  const id = await operated.put({ Token: 'token-2', UntilMs: nowMs + minuteMs });
  expect((await operated.run(['resolve', id])).exitCode).toBe(2);
  expect((await operated.run(['resolve', id], { answer: 'n' })).exitCode).toBe(1);
  expect(await operated.itemOf(id)).toMatchObject({ Status: 'open', Version: 4 });
  operated.stage.woken.length = 0;
  expect((await operated.run(['resolve', id, '--note', 'closed'], { answer: 'y' })).exitCode).toBe(0);
  expect(operated.stage.woken).toEqual(['token-2']);
  expect(await operated.itemOf(id)).toMatchObject({
    ...{ Status: 'resolved', EndedMs: nowMs },
    Resolved: { By: operatorName(), AtMs: nowMs, Reason: 'closed' },
  });
  const again = await operated.run(['resolve', id, '--yes']);
  expect([again.exitCode, again.out]).toEqual([0, expect.stringContaining('before, and nothing was changed')]);
});
