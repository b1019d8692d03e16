import { incidentFixture } from '@tidemark/core/incidents/incident.fixture';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { encodeBucket } from '@tidemark/core/series/key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tables } from '../../aws/dynamodb.ts';
import { IncidentStage } from '../../incidents/stage.fixture.ts';
import { operatorName } from '../../operator.ts';
import type { Target } from '../../target.ts';
import type { Terminal } from '../../terminal.ts';
import { runUnattended } from '../../unattended.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-11-20T09:22:00Z');
const openedMs = Date.parse('2026-11-20T09:10:00Z');
const mail = 'email:oncall@example.org';
const phone = 'sms:+4915112345678';
const alarm: DeployedAlarm = {
  ...{ alarm: 'Tidemark-dev-web-few page views', source: 'web', name: 'few page views', severity: 'high' },
  ...{ summary: 'page view below 5 in 1m, 3 times', series: 'page view' },
  ...{ runbook: 'alarm-few', dashboard: 'https://example.org/dashboard' },
};
const deployment: IncidentsDeployment = {
  ...{ stack: 'Tidemark-dev', stage: 'dev' },
  escalation: {
    tiers: [
      { notify: [mail], acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities: ['critical', 'high'] },
      { notify: [phone, mail], acknowledgeWithinMs: 10 * minuteMs, repeat: 1, severities: ['critical', 'high'] },
    ],
    ...{ rounds: 1, raiseAgainAfterMs: 240 * minuteMs, gatherMs: 20_000, joinWithinMs: 15 * minuteMs },
    maintenance: [{ cron: '0 2 ? * SUN *', zone: 'UTC', forMs: 120 * minuteMs, sources: ['rides'] }],
  },
  alarms: [
    alarm,
    { ...alarm, alarm: 'Tidemark-dev-rides-few page views', source: 'rides' },
    { ...alarm, alarm: 'Tidemark-dev-web-orders', name: 'orders', severity: 'low' },
    { ...alarm, alarm: 'Tidemark-dev-watchdog', source: '$stage', name: 'watchdog' },
    {
      ...{ alarm: 'Tidemark-dev-web-parts', source: 'web', name: 'parts', severity: 'high', runbook: 'alarm-parts' },
      summary: 'counting, publishing or archiving of web falls behind or fails',
      parts: ['lag', 'errors', 'throttles'].map((name) => ({
        ...{ alarm: `Tidemark-dev_web-${name}`, summary: `functions of web: ${name}`, runbook: `alarm-${name}` },
      })),
    },
  ],
};

let stage: IncidentStage;
let tables: Tables;
beforeAll(async () => {
  const sources = [{ name: 'web', buckets: ['1m', '1h'] as const }, { name: 'rides' }, { name: 'silent' }];
  stage = await IncidentStage.start(
    sources.map((source) => ({ ...source, buckets: [...(source.buckets ?? [])] })),
    deployment,
    nowMs,
  );
  tables = new Tables(stage.target.client);
});
afterAll(async () => {
  tables?.close();
  await stage?.stop();
});

/** `answer`: of the operator to questions; absent: nobody is there. */
interface Called extends Partial<Terminal> {
  readonly answer?: string;
  readonly target?: Target;
}

function run(argv: readonly string[], { answer, target = stage.target, ...more }: Called = {}) {
  return runUnattended(['incidents', ...argv], async () => target, {
    ...{ columns: 120, ...more },
    ...(answer === undefined ? {} : { ask: async () => answer }),
  });
}

let made = 0;
/** Puts an incident into the table; answers with its id. */
async function put(fields: Partial<IncidentItem> = {}, source = 'web'): Promise<string> {
  const item = incidentFixture({ Alarm: alarm.alarm, Source: source, ...fields });
  const at = new Date(item.OpenedMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const id = `${at}Z-${String(++made).padStart(8, '0')}`;
  await tables.put('control', { ...item, Source: source, Item: `INCIDENT#${id}` });
  return id;
}

async function itemOf(id: string, source = 'web'): Promise<IncidentItem> {
  return (await tables.controlItem('control', source, `INCIDENT#${id}`)) as unknown as IncidentItem;
}

function ended(atMs: number): Partial<IncidentItem> {
  return { Status: 'recovered', OpenedMs: atMs - 10 * minuteMs, OffMs: atMs - minuteMs, EndedMs: atMs };
}

test('list: the open ones first, however old; then those that ended lately, or all', async () => {
  const target: Target = { ...stage.target, sources: stage.target.sources.filter(({ name }) => name === 'rides') };
  const old = await put({ OpenedMs: openedMs - 40 * 1440 * minuteMs, Status: 'acknowledged' }, 'rides');
  await stage.tables.putControl('rides', 'ALARM#one', {
    Version: 1,
    State: 'ALARM',
    TransitionMs: 1,
    Incident: old,
    Armed: true,
  });
  const lately = await put(ended(nowMs - 60 * minuteMs), 'rides');
  const longAgo = await put(ended(nowMs - 10 * 1440 * minuteMs), 'rides');
  const fresh = await put({}, 'rides');
  const held = await put({ OpenedMs: openedMs - minuteMs, Status: 'held' }, '$stage');
  const ids = async (...options: string[]) => {
    const { out, exitCode } = await run(['list', ...options, '--json'], { target });
    expect(exitCode).toBe(0);
    return JSON.parse(out).incidents.map(({ incident }: { incident: string }) => incident);
  };
  expect(await ids()).toEqual([fresh, held, old, lately]);
  expect(await ids('--source', 'rides')).toEqual([fresh, old, lately]);
  expect(await ids('--source', '$stage')).toEqual([held]);
  expect(await ids('--since', '30m')).toEqual([fresh, held, old]);
  expect(await ids('--since', '2026-11-10')).toEqual([fresh, held, old, lately, longAgo]);
  expect(await ids('--all')).toEqual([fresh, held, old, lately, longAgo]);
  expect(JSON.parse((await run(['list', '--json'])).out)).not.toHaveProperty('unreadable');
  const { out } = await run(['list'], { target });
  expect(out.split('\n')[2]).toMatch(
    /^20261120T091000Z-\d{8} +high +open +rides +page view below 5 in 1m, 3 times .* 12 min$/,
  );
  expect((await run(['list', '--source', 'nowhere'])).exitCode).toBe(2);
});

test('list: where reading takes long, that is shown, and gone when it is done', async () => {
  const notes: string[] = [];
  const shown = Promise.withResolvers<void>();
  stage.held = shown.promise;
  const note = (text: string) => {
    notes.push(text);
    shown.resolve();
  };
  expect((await run(['list', '--source', '$stage', '--all', '--json'], { live: true, note })).exitCode).toBe(0);
  expect(notes[0]).toContain('Reading incidents ...');
  expect(notes.at(-1)).toBe('\r\u001b[2K');
});

test('show: what it is, the events around it, who was told, and how to answer', async () => {
  await stage.tables.putSeries('web', [
    ...Array.from({ length: 50 }, (_, minute) => bucket(openedMs - (55 - minute) * minuteMs, 10)),
    bucket(openedMs, 2),
    bucket(openedMs + 11 * minuteMs, 3),
    // This minute goes on still.
    bucket(nowMs, 1),
  ]);
  const id = await put({
    ...{ Tier: 1, Round: 1, Told: [mail], DueMs: nowMs + 3 * minuteMs, Flaps: 1, LogDropped: 2 },
    Log: [
      { AtMs: openedMs, Kind: 'opened', Text: 'Threshold Crossed' },
      { AtMs: openedMs + 20_000, Kind: 'told', Tier: 1, Contact: mail },
      { AtMs: openedMs + 20_000, Kind: 'failed', Tier: 1, Contact: phone, Text: 'no such\u001b number' },
      { AtMs: openedMs + 60_000, Kind: 'joined' },
    ],
  });
  const { exitCode, out, error } = await run(['show', id]);
  expect([exitCode, error]).toEqual([0, '']);
  expect(out.replaceAll(id, 'ID')).toMatchInlineSnapshot(`
    "Incident ID: high, open
      what     page view below 5 in 1m, 3 times
      alarm    Tidemark-dev-web-few page views, of source web
      since    2026-11-20T09:10:00Z (12 min)
      flapped  1 time
      value    2, which is 3 below the threshold of 5
      reason   Threshold Crossed: 3 datapoints were less than the threshold (5.0).
      now      Whoever is next is told at 2026-11-20T09:25:00Z, unless somebody acknowledges it.
      runbook  https://x.example/runbook#alarm-few
      charts   https://example.org/dashboard

    page view, events in 1m, 2026-11-20T08:10:00Z to 2026-11-20T09:22:00Z
      |     ██████████████████████████████████████████████████     ▂          ▃|
                                                                   ^ on at 2026-11-20T09:10:00Z
      highest 10, last 3

    2 older entries not kept.
    at                    what            tier  who                       said
    ────────────────────  ──────────────  ────  ────────────────────────  ────────────────────
    2026-11-20T09:10:00Z  opened                                          Threshold Crossed
    2026-11-20T09:10:20Z  told            1     email:oncall@example.org
    2026-11-20T09:10:20Z  NOT TOLD        1     sms:+4915112345678        no such\\u001b number
    2026-11-20T09:11:00Z  alarm on again

      Take it on:  tidemark --local incidents acknowledge ID
      It is over:  tidemark --local incidents resolve ID
    "
  `);
  stage.deployment = undefined;
  const poorer = await run(['show', id]);
  stage.deployment = deployment;
  expect(poorer.error).toBe('These credentials may not call acknowledge: links and chart are not shown.\n');
  expect(poorer.out).toMatch(/told +1 +email/);
  expect(poorer.out).not.toContain('runbook');
});

test('a function that is broken hides no incident, and hinders no silence', async () => {
  const id = await put();
  stage.isBroken = true;
  const shown = await run(['show', id, '--json']);
  const silenced = await run(['silence', '--for', '1h', '--alarm', 'anything', '--reason', 'x']);
  const simulated = await run(['simulate', '--alarm', 'orders']);
  stage.isBroken = false;
  expect([shown.exitCode, JSON.parse(shown.out)]).toEqual([0, expect.objectContaining({ incident: id })]);
  expect(shown.error).toMatch(/^acknowledge does not answer \(.*out of memory.*\): links and chart are not shown\.\n$/);
  expect(silenced).toMatchObject({ exitCode: 0, error: expect.stringContaining('such alarms was not checked.') });
  expect(simulated).toMatchObject({ exitCode: 1, out: '', error: expect.stringContaining('out of memory') });
  const [, silence = ''] = /^Silence (\S+):/.exec(silenced.out) ?? [];
  await tables.delete('control', '$stage', `SILENCE#${silence}`);
});

test('show: one that ended, and its JSON', async () => {
  const id = await put({
    ...ended(openedMs),
    Acknowledged: { By: 'mia', AtMs: openedMs - 5 * minuteMs, How: 'link' },
    Log: [{ AtMs: openedMs, Kind: 'end-told', Contact: mail }],
  });
  const { out } = await run(['show', id]);
  expect(out).toContain('2026-11-20T09:00:00Z to 2026-11-20T09:09:00Z (9 min)');
  expect(out).toContain('It recovered by itself at 2026-11-20T09:10:00Z.');
  expect(out).toContain('Acknowledged by mia at 2026-11-20T09:05:00Z, by the link of a message.');
  expect(out).toContain('told of the end');
  expect(out).not.toContain('incidents acknowledge');
  const json = JSON.parse((await run(['show', id, '--json'])).out);
  expect(json).toMatchObject({
    ...{ incident: id, status: 'recovered', ended: '2026-11-20T09:10:00Z' },
    runbook: 'https://x.example/runbook#alarm-few',
    acknowledged: { by: 'mia', how: 'link' },
    timeline: [{ at: '2026-11-20T09:10:00Z', kind: 'end-told', contact: mail }],
  });
  expect(json.chart.values).toHaveLength(82);
  expect((await run(['show', '20261120T091000Z-ffffffff'])).exitCode).toBe(1);
  expect((await run(['show', 'nonsense'])).exitCode).toBe(2);
});

test('a composite alarm: which of its parts are on; at 80 columns', async () => {
  const id = await put({
    ...{ Alarm: 'Tidemark-dev-web-parts', PartsOn: ['Tidemark-dev_web-errors', 'Tidemark-dev_web-throttles'] },
    Summary: { What: 'counting, publishing or archiving of web falls behind or fails', Reason: '' },
    ...{ Tier: 1, Round: 1, Told: [mail], DueMs: nowMs + 3 * minuteMs },
    Log: [
      {
        AtMs: openedMs,
        Kind: 'opened',
        Text: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:Tidemark-dev_web-errors is on',
      },
      { AtMs: openedMs + 20_000, Kind: 'told', Tier: 1, Contact: mail },
      {
        AtMs: openedMs + 20_000,
        Kind: 'failed',
        Tier: 1,
        Contact: phone,
        Text: 'the number has opted out of messages',
      },
    ],
  });
  const shown = await run(['show', id], { columns: 80 });
  expect(shown.out.replaceAll(id, 'ID')).toMatchInlineSnapshot(`
    "Incident ID: high, open
      what     counting, publishing or archiving of web falls behind or fails
      alarm    Tidemark-dev-web-parts, of source web
      parts    errors: functions of web: errors
               https://x.example/runbook#alarm-errors
               throttles: functions of web: throttles
               https://x.example/runbook#alarm-throttles
      since    2026-11-20T09:10:00Z (12 min)
      now      Whoever is next is told at 2026-11-20T09:25:00Z, unless somebody
               acknowledges it.
      runbook  https://x.example/runbook#alarm-parts

    2026-11-20T09:10:00Z  opened
                          (arn:aws:cloudwatch:eu-central-1:123456789012:alarm:Tidemark-dev_web-errors
                          is on)
    2026-11-20T09:10:20Z  told, tier 1: email:oncall@example.org
    2026-11-20T09:10:20Z  NOT TOLD, tier 1: sms:+4915112345678 (the number has opted
                          out of messages)

      Take it on:  tidemark --local incidents acknowledge ID
      It is over:  tidemark --local incidents resolve ID
    "
  `);
  const json = JSON.parse((await run(['show', id, '--json'])).out);
  expect(json).toMatchObject({
    partsOn: ['Tidemark-dev_web-errors', 'Tidemark-dev_web-throttles'],
    parts: [{ name: 'errors', runbook: 'https://x.example/runbook#alarm-errors' }, { name: 'throttles' }],
  });
  const listed = await run(['list'], { columns: 80 });
  const line = listed.out.split('\n').find((each) => each.startsWith(id)) ?? '';
  expect(line.replace(id, 'ID')).toMatch(/^ID +high +open +errors, throttles: counting,…$/);
  expect(Math.max(...listed.out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('acknowledge: written once, whoever else does so at the same time; the execution is woken', async () => {
  const Summary = { What: 'a lot', Reason: '', Threshold: 1e20, Value: 0.1 };
  const id = await put({ Token: 'token-1', UntilMs: nowMs + minuteMs, Summary });
  stage.woken.length = 0;
  const all = await Promise.all(
    Array.from({ length: 5 }, () => run(['acknowledge', id, '--note', 'looking', '--json'])),
  );
  expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
  expect(all.filter(({ out }) => JSON.parse(out).changed)).toHaveLength(1);
  expect(stage.woken).toEqual(Array(5).fill('token-1'));
  const item = await itemOf(id);
  expect(item).toMatchObject({ Version: 5, Status: 'acknowledged', Step: 2, Summary });
  expect(item.Acknowledged).toEqual({ By: operatorName(), AtMs: nowMs, How: 'command', Note: 'looking' });
  expect(item.Log).toEqual([{ AtMs: nowMs, Kind: 'acknowledged', By: operatorName(), Text: 'command: looking' }]);
  expect('UntilMs' in item).toBe(false);
  expect((await run(['acknowledge', id])).out).toContain('It was so before, and nothing was changed.');
});

test('acknowledge: an execution that has gone on is no error, one that cannot be woken is said, one that ended is refused', async () => {
  const late = await put({ Token: 'late', UntilMs: nowMs + minuteMs });
  expect(await run(['acknowledge', late])).toMatchObject({ exitCode: 0, error: '' });
  const forbidden = await put({ Token: 'forbidden', UntilMs: nowMs + minuteMs });
  const { exitCode, error } = await run(['acknowledge', forbidden]);
  expect([exitCode, error]).toEqual([0, expect.stringContaining('could not be woken (AccessDeniedException')]);
  expect(await itemOf(forbidden)).toMatchObject({ Status: 'acknowledged' });
  const over = await put(ended(openedMs));
  expect(await run(['acknowledge', over])).toMatchObject({
    ...{ exitCode: 1, out: '' },
    error: `Incident ${over} recovered by itself at 2026-11-20T09:10:00Z; there is nothing to answer.\n`,
  });
});

test('who may not read all sources sees what he may read; one that is nowhere among that is not said to be none', async () => {
  const id = await put();
  for (const partition of ['rides', 'silent']) stage.unreadable.add(partition);
  const listed = await run(['list']);
  expect([listed.exitCode, listed.out]).toEqual([0, expect.stringContaining(id)]);
  expect(listed.error).toMatch(/^Not shown, since these credentials may not read it: source rides, source silent\.$/m);
  const json = JSON.parse((await run(['list', '--json'])).out);
  expect(json).toMatchObject({ unreadable: ['rides', 'silent'] });
  expect((await run(['list', '--source', 'rides'])).error).toContain('These credentials may not do that.');
  expect((await run(['acknowledge', id])).exitCode).toBe(0);
  expect((await run(['show', id])).exitCode).toBe(0);
  const elsewhere = await run(['show', '20261120T091000Z-ffffffff']);
  stage.unreadable.clear();
  expect([elsewhere.exitCode, elsewhere.out]).toEqual([1, '']);
  expect(elsewhere.error).toContain('These credentials may not do that.');
});

test('resolve: asks first', async () => {
  const id = await put({ Token: 'token-2', UntilMs: nowMs + minuteMs });
  expect((await run(['resolve', id])).exitCode).toBe(2);
  expect((await run(['resolve', id], { answer: 'n' })).exitCode).toBe(1);
  expect(await itemOf(id)).toMatchObject({ Status: 'open', Version: 4 });
  stage.woken.length = 0;
  expect((await run(['resolve', id, '--note', 'closed'], { answer: 'y' })).exitCode).toBe(0);
  expect(stage.woken).toEqual(['token-2']);
  expect(await itemOf(id)).toMatchObject({
    ...{ Status: 'resolved', EndedMs: nowMs },
    Resolved: { By: operatorName(), AtMs: nowMs, Reason: 'closed' },
  });
  const again = await run(['resolve', id, '--yes']);
  expect([again.exitCode, again.out]).toEqual([0, expect.stringContaining('before, and nothing was changed')]);
});

test('silence: set, listed, ended; what was over for long goes', async () => {
  const over = '20260901T000000Z-00000000';
  const longOver = { FromMs: 1, ToMs: nowMs - 31 * 1440 * minuteMs, Reason: 'old', By: 'mia' };
  await stage.tables.putControl('$stage', `SILENCE#${over}`, longOver);
  const set = await run(['silence', '--for', '2h', '--source', 'web', '--alarm', 'few*', '--reason', 'sale', '--json']);
  expect([set.exitCode, set.error]).toEqual([0, '']);
  const { silence: id, ...silence } = JSON.parse(set.out);
  expect(silence).toEqual({
    ...{ from: '2026-11-20T09:22:00Z', to: '2026-11-20T11:22:00Z', sources: ['web'], alarms: ['few*'] },
    ...{ reason: 'sale', by: operatorName(), covers: [alarm.alarm] },
  });
  const listed = await run(['silence', 'list', '--all', '--json']);
  expect(JSON.parse(listed.out).silences.map(({ silence }: { silence: string }) => silence)).toEqual([id]);
  expect((await run(['silence', 'list'])).out).toContain('few* of web');
  expect((await run(['silence', 'list'], { columns: 80 })).out).toBe(
    `${id}  2026-11-20T09:22:00Z to 2026-11-20T11:22:00Z\n    few* of web, by ${operatorName()}: sale\n`,
  );
  const held = await run(['simulate', '--alarm', 'web-few page views']);
  expect(held.out).toContain(`Held until 2026-11-20T11:22:00Z, told to nobody: silence ${id} by`);
  expect((await run(['silence', 'end', id])).out).toBe(`Silence ${id} of few* of web is over.\n`);
  expect((await run(['silence', 'end', id])).out).toContain('was over at 2026-11-20T09:22:00Z');
  const later = await run(['silence', '--from', '2026-12-24', '--for', '3d', '--reason', 'closed', '--json']);
  const never = await run(['silence', 'end', JSON.parse(later.out).silence, '--json']);
  expect(JSON.parse(never.out)).toMatchObject({
    from: '2026-11-20T09:22:00Z',
    to: '2026-11-20T09:22:00Z',
    changed: true,
  });
  expect((await run(['silence', 'list'])).error).toBe('There is no silence.\n');
  expect((await run(['silence', 'end', over])).exitCode).toBe(1);
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
  const { exitCode, out, error } = await run(['silence', ...options]);
  expect([exitCode, out]).toEqual([2, '']);
  expect(error).toContain(said);
});

test('simulate: who would be told when', async () => {
  stage.woken.length = 0;
  const { exitCode, out } = await run([
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
  const json = await run(['simulate', '--alarm', 'watchdog', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    held: [],
    told: [
      { at: '2026-11-20T09:22:20Z', kind: 'page', round: 1, tier: 1, contacts: [mail] },
      { at: '2026-11-20T09:27:40Z', kind: 'page', round: 1, tier: 2, contacts: [phone, mail] },
      { at: '2026-11-20T09:38:00Z', kind: 'last-word', contacts: [mail, phone] },
    ],
    raisedAgain: '2026-11-20T13:38:00Z',
  });
  const nobody = await run(['simulate', '--alarm', 'orders']);
  expect([nobody.exitCode, nobody.out]).toEqual([
    1,
    expect.stringContaining('no tier of the deployed escalation is told of low alarms'),
  ]);
  expect(stage.woken).toEqual([]);
  expect((await run(['simulate', '--alarm', 'few page views'])).error).toContain('may be one of these');
  expect((await run(['simulate', '--alarm', 'nothing'])).error).toContain('is no alarm of stage dev');
  const elsewhere = (source: string) => run(['simulate', '--alarm', 'orders', '--source', source]);
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
  expect((await run(argv, { columns: 80 })).out).toMatchInlineSnapshot(`
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
  stage.deployment = undefined;
  const { exitCode, out, error } = await run(['simulate', '--alarm', 'orders']);
  stage.deployment = deployment;
  expect([exitCode, out]).toEqual([1, '']);
  expect(error).toContain('may not do that');
});

test('a stage without alarms says so', async () => {
  const { workflows: _, ...target } = stage.target;
  for (const argv of [
    ['list'],
    ['show', '20261120T091000Z-00000001'],
    ['silence', 'list'],
    ['simulate', '--alarm', 'x'],
  ]) {
    expect(await run(argv, { target })).toEqual({
      ...{ exitCode: 1, out: '' },
      error: expect.stringMatching(/^Stage dev has no alarms, and so no incidents\. Deploy it with alarms/),
    });
  }
});

function bucket(startMs: number, EventCount: number) {
  const Bucket = encodeBucket({ size: '1m', generation: 0, startMs, slice: '000000000000' });
  return { EventName: 'page view', Bucket, EventCount, LastSequence: '1', WrittenBy: 'live' };
}
