import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorName } from '../../operator.ts';
import { alarm, minuteMs, nowMs, OperatedStage } from './operated-stage.fixture.ts';

let operated: OperatedStage;
beforeAll(async () => {
  operated = await OperatedStage.start();
});
afterAll(() => operated?.stop());

test('silence: set, listed, ended; what was over for long goes', async () => {
  const over = '20260901T000000Z-00000000';
  const longOver = { FromMs: 1, ToMs: nowMs - 31 * 1440 * minuteMs, Reason: 'old', By: 'mia' };
  await operated.stage.tables.putControl('$stage', `SILENCE#${over}`, longOver);
  const set = await operated.run([
    'silence',
    '--for',
    '2h',
    '--source',
    'web',
    '--alarm',
    'few*',
    '--reason',
    'sale',
    '--json',
  ]);
  expect([set.exitCode, set.error]).toEqual([0, '']);
  const { silence: id, ...silence } = JSON.parse(set.out);
  expect(silence).toEqual({
    ...{ from: '2026-11-20T09:22:00Z', to: '2026-11-20T11:22:00Z', sources: ['web'], alarms: ['few*'] },
    ...{ reason: 'sale', by: operatorName(), covers: [alarm.alarm] },
  });
  const listed = await operated.run(['silence', 'list', '--all', '--json']);
  expect(JSON.parse(listed.out).silences.map(({ silence }: { silence: string }) => silence)).toEqual([id]);
  expect((await operated.run(['silence', 'list'])).out).toContain('few* of web');
  expect((await operated.run(['silence', 'list'], { columns: 80 })).out).toBe(
    `${id}  2026-11-20T09:22:00Z to 2026-11-20T11:22:00Z\n    few* of web, by ${operatorName()}: sale\n`,
  );
  const held = await operated.run(['simulate', '--alarm', 'web-few page views']);
  expect(held.out).toContain(`Held until 2026-11-20T11:22:00Z, told to nobody: silence ${id} by`);
  expect((await operated.run(['silence', 'end', id])).out).toBe(`Silence ${id} of few* of web is over.\n`);
  expect((await operated.run(['silence', 'end', id])).out).toContain('was over at 2026-11-20T09:22:00Z');
  const later = await operated.run(['silence', '--from', '2026-12-24', '--for', '3d', '--reason', 'closed', '--json']);
  const never = await operated.run(['silence', 'end', JSON.parse(later.out).silence, '--json']);
  expect(JSON.parse(never.out)).toMatchObject({
    from: '2026-11-20T09:22:00Z',
    to: '2026-11-20T09:22:00Z',
    changed: true,
  });
  expect((await operated.run(['silence', 'list'])).error).toBe('There is no silence.\n');
  expect((await operated.run(['silence', 'end', over])).exitCode).toBe(1);
});

test.each([
  [['--reason', 'x'], 'say how long'],
  [['--for', '2h'], '--reason'],
  [['--for', '31d', '--reason', 'x'], '30d at most'],
  [['--to', '2026-11-19', '--reason', 'x'], '--to: 2026-11-19T00:00:00Z has passed; expected a time'],
  [
    ['--from', '3h', '--for', '2h', '--reason', 'x'],
    '--from: 2026-11-20T06:22:00Z, with --for, ends at 2026-11-20T08:22',
  ],
  [['--from', '2026-11-22', '--to', '2026-11-21', '--reason', 'x'], 'does not lie after'],
  [
    ['--to', '2027-11-21', '--reason', 'x'],
    '--to: 2027-11-21T00:00:00Z is more than 30 days after 2026-11-20T09:22:00Z;',
  ],
  [['--for', '1h', '--to', '2026-11-21', '--reason', 'x'], 'cannot be used with'],
  [
    ['--for', '1h', '--alarm', 'fewer*', '--reason', 'x'],
    '--alarm: "fewer*" is no alarm of stage dev; expected one of:',
  ],
  [
    ['--for', '1h', '--alarm', 'few*', '--alarm', 'ordres', '--reason', 'x'],
    '--alarm: "ordres" is no alarm of stage dev',
  ],
  [
    ['--for', '1h', '--source', 'rides', '--alarm', 'orders', '--reason', 'x'],
    '--alarm: "orders" is no alarm of source rides',
  ],
  [['--for', '1h', '--alarm', '*', '--reason', 'x'], "'*' is invalid. Expected a name, or the beginning of one"],
  [['--for', '1h', '--source', 'silent', '--reason', 'x'], '--source: there is no alarm of source silent'],
  [
    ['--for', '1h', '--source', 'nowhere', '--reason', 'x'],
    "is not a source of stage dev; expected one of: web, rides, silent, '$stage'",
  ],
])('a silence that is refused: %j', async (options, said) => {
  const { exitCode, out, error } = await operated.run(['silence', ...options]);
  expect([exitCode, out]).toEqual([2, '']);
  expect(error).toContain(said);
});
