import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployment, mail, OperatedStage, phone } from './operated-stage.fixture.ts';

let operated: OperatedStage;
beforeAll(async () => {
  operated = await OperatedStage.start();
});
afterAll(() => operated?.stop());

test('simulate: who would be told when', async () => {
  operated.stage.woken.length = 0;
  const { exitCode, out } = await operated.run([
    'simulate',
    '--alarm',
    'few page views',
    '--source',
    'rides',
    '--at',
    '2026-11-22T03:00Z',
  ]);
  expect(exitCode).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "Tidemark-dev-rides-few page views (high): page view below 5 in 1m, 3 times
    Runbook: https://x.example/runbook#alarm-few
    If it turned on at 2026-11-22T03:00:00Z, stayed on and nobody answered:
      Held until 2026-11-22T04:00:00Z, told to nobody: maintenance 0 2 ? * SUN * (UTC).
    at                          after  who        round  contacts
    ────────────────────  ───────────  ─────────  ─────  ────────────────────────────────────────────
    2026-11-22T04:00:20Z         +1 h  tier 1     1      email:oncall@example.org
    2026-11-22T04:05:40Z   +1 h 5 min  tier 2     1      sms:+4915112345678, email:oncall@example.org
    2026-11-22T04:16:00Z  +1 h 16 min  last word         email:oncall@example.org, sms:+4915112345678
    Still on, it is raised again from the first tier at 2026-11-22T08:16:00Z. Nobody was told just now.
    "
  `);
  const json = await operated.run(['simulate', '--alarm', 'watchdog', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    held: [],
    told: [
      { at: '2026-11-20T09:22:20Z', kind: 'page', round: 1, tier: 1, contacts: [mail] },
      { at: '2026-11-20T09:27:40Z', kind: 'page', round: 1, tier: 2, contacts: [phone, mail] },
      { at: '2026-11-20T09:38:00Z', kind: 'last-word', contacts: [mail, phone] },
    ],
    raisedAgain: '2026-11-20T13:38:00Z',
  });
  const nobody = await operated.run(['simulate', '--alarm', 'orders']);
  expect([nobody.exitCode, nobody.out]).toEqual([
    1,
    expect.stringContaining('no tier of the deployed escalation is told of low alarms'),
  ]);
  expect(operated.stage.woken).toEqual([]);
  expect((await operated.run(['simulate', '--alarm', 'few page views'])).error).toContain('may be one of these');
  expect((await operated.run(['simulate', '--alarm', 'nothing'])).error).toContain('is no alarm of stage dev');
  const elsewhere = (source: string) => operated.run(['simulate', '--alarm', 'orders', '--source', source]);
  expect((await elsewhere('rides')).error).toContain(
    '"orders" is no alarm of source rides; expected one of:\n  Tidemark',
  );
  expect((await elsewhere('silent')).error).toBe('--source: there is no alarm of source silent\n');
  expect(await elsewhere('nowhere')).toMatchObject({
    exitCode: 2,
    error: expect.stringMatching(/^--source: "nowhere"/),
  });
});

test('simulate: at 80 columns the contacts stand below', async () => {
  const argv = ['simulate', '--alarm', 'web-parts', '--at', '2026-11-20T03:00Z'];
  expect((await operated.run(argv, { columns: 80 })).out).toMatchInlineSnapshot(`
    "Tidemark-dev-web-parts (high): counting, publishing or archiving of web falls
      behind or fails
    Runbook: https://x.example/runbook#alarm-parts
    If it turned on at 2026-11-20T03:00:00Z, stayed on and nobody answered:
    at                          after  who        round
    ────────────────────  ───────────  ─────────  ─────
    2026-11-20T03:00:20Z        +20 s  tier 1     1
        email:oncall@example.org
    2026-11-20T03:05:40Z  +5 min 40 s  tier 2     1
        sms:+4915112345678, email:oncall@example.org
    2026-11-20T03:16:00Z      +16 min  last word
        email:oncall@example.org, sms:+4915112345678
    Still on, it is raised again from the first tier at 2026-11-20T07:16:00Z. Nobody
    was told just now.
    "
  `);
});

test('simulate: whoever may not call the function is told so', async () => {
  operated.stage.deployment = undefined;
  const { exitCode, out, error } = await operated.run(['simulate', '--alarm', 'orders']);
  operated.stage.deployment = deployment;
  expect([exitCode, out]).toEqual([1, '']);
  expect(error).toContain('may not do that');
});
