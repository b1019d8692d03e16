import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Target } from '../../target.ts';
import { ended, minuteMs, nowMs, OperatedStage, openedMs } from './operated-stage.fixture.ts';

let operated: OperatedStage;
beforeAll(async () => {
  operated = await OperatedStage.start();
});
afterAll(() => operated?.stop());

test('list: the open ones first, however old; then those that ended lately, or all', async () => {
  const target: Target = {
    ...operated.stage.target,
    sources: operated.stage.target.sources.filter(({ name }) => name === 'rides'),
  };
  const old = await operated.put({ OpenedMs: openedMs - 40 * 1440 * minuteMs, Status: 'acknowledged' }, 'rides');
  await operated.stage.tables.putControl('rides', 'ALARM#one', {
    Version: 1,
    State: 'ALARM',
    TransitionMs: 1,
    Incident: old,
    Armed: true,
  });
  const lately = await operated.put(ended(nowMs - 60 * minuteMs), 'rides');
  const longAgo = await operated.put(ended(nowMs - 10 * 1440 * minuteMs), 'rides');
  const fresh = await operated.put({}, 'rides');
  const held = await operated.put({ OpenedMs: openedMs - minuteMs, Status: 'held' }, '$stage');
  const ids = async (...options: string[]) => {
    const { out, exitCode } = await operated.run(['list', ...options, '--json'], { target });
    expect(exitCode).toBe(0);
    return JSON.parse(out).incidents.map(({ incident }: { incident: string }) => incident);
  };
  expect(await ids()).toEqual([fresh, held, old, lately]);
  expect(await ids('--source', 'rides')).toEqual([fresh, old, lately]);
  expect(await ids('--source', '$stage')).toEqual([held]);
  expect(await ids('--since', '30m')).toEqual([fresh, held, old]);
  expect(await ids('--since', '2026-11-10')).toEqual([fresh, held, old, lately, longAgo]);
  expect(await ids('--all')).toEqual([fresh, held, old, lately, longAgo]);
  expect(JSON.parse((await operated.run(['list', '--json'])).out)).not.toHaveProperty('unreadable');
  const { out } = await operated.run(['list'], { target });
  expect(out.split('\n')[2]).toMatch(
    /^20261120T091000Z-\d{8} +high +open +rides +page view below 5 in 1m, 3 times .* 12 min$/,
  );
  expect((await operated.run(['list', '--source', 'nowhere'])).exitCode).toBe(2);
});

test('list: where reading takes long, that is shown, and gone when it is done', async () => {
  const notes: string[] = [];
  const shown = Promise.withResolvers<void>();
  operated.stage.held = shown.promise;
  const note = (text: string) => {
    notes.push(text);
    shown.resolve();
  };
  expect((await operated.run(['list', '--source', '$stage', '--all', '--json'], { live: true, note })).exitCode).toBe(
    0,
  );
  expect(notes[0]).toContain('Reading incidents ...');
  expect(notes.at(-1)).toBe('\r\u001b[2K');
});

test('who may not read all sources sees what he may read; one that is nowhere among that is not said to be none', async () => {
  const id = await operated.put();
  for (const partition of ['rides', 'silent']) operated.stage.unreadable.add(partition);
  const listed = await operated.run(['list']);
  expect([listed.exitCode, listed.out]).toEqual([0, expect.stringContaining(id)]);
  expect(listed.error).toMatch(/^Not shown, since these credentials may not read it: source rides, source silent\.$/m);
  const json = JSON.parse((await operated.run(['list', '--json'])).out);
  expect(json).toMatchObject({ unreadable: ['rides', 'silent'] });
  expect((await operated.run(['list', '--source', 'rides'])).error).toContain('These credentials may not do that.');
  expect((await operated.run(['acknowledge', id])).exitCode).toBe(0);
  expect((await operated.run(['show', id])).exitCode).toBe(0);
  const elsewhere = await operated.run(['show', '20261120T091000Z-ffffffff']);
  operated.stage.unreadable.clear();
  expect([elsewhere.exitCode, elsewhere.out]).toEqual([1, '']);
  expect(elsewhere.error).toContain('These credentials may not do that.');
});

test('a stage without alarms says so', async () => {
  const { workflows: _, ...target } = operated.stage.target;
  for (const argv of [
    ['list'],
    ['show', '20261120T091000Z-00000001'],
    ['silence', 'list'],
    ['simulate', '--alarm', 'x'],
  ]) {
    expect(await operated.run(argv, { target })).toEqual({
      ...{ exitCode: 1, out: '' },
      error: expect.stringMatching(/^Stage dev has no alarms, and so no incidents\. Deploy it with alarms/),
    });
  }
});
