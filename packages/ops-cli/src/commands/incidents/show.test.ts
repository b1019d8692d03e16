import { encodeBucket } from '@tidemark/core/series/key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployment, ended, mail, minuteMs, nowMs, OperatedStage, openedMs, phone } from './operated-stage.fixture.ts';

let operated: OperatedStage;
beforeAll(async () => {
  operated = await OperatedStage.start();
});
afterAll(() => operated?.stop());

test('show: what it is, the events around it, who was told, and how to answer', async () => {
  await operated.stage.tables.putSeries('web', [
    ...Array.from({ length: 50 }, (_, minute) => bucket(openedMs - (55 - minute) * minuteMs, 10)),
    bucket(openedMs, 2),
    bucket(openedMs + 11 * minuteMs, 3),
    // This minute goes on still.
    bucket(nowMs, 1),
  ]);
  const id = await operated.put({
    ...{ Tier: 1, Round: 1, Told: [mail], DueMs: nowMs + 3 * minuteMs, Flaps: 1, LogDropped: 2 },
    Log: [
      { AtMs: openedMs, Kind: 'opened', Text: 'Threshold Crossed' },
      { AtMs: openedMs + 20_000, Kind: 'told', Tier: 1, Contact: mail },
      { AtMs: openedMs + 20_000, Kind: 'failed', Tier: 1, Contact: phone, Text: 'no such\u001b number' },
      { AtMs: openedMs + 60_000, Kind: 'joined' },
    ],
  });
  const { exitCode, out, error } = await operated.run(['show', id]);
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
  operated.stage.deployment = undefined;
  const poorer = await operated.run(['show', id]);
  operated.stage.deployment = deployment;
  expect(poorer.error).toBe('These credentials may not call acknowledge: links and chart are not shown.\n');
  expect(poorer.out).toMatch(/told +1 +email/);
  expect(poorer.out).not.toContain('runbook');
});

test('a function that is broken hides no incident, and hinders no silence', async () => {
  const id = await operated.put();
  operated.stage.isBroken = true;
  const shown = await operated.run(['show', id, '--json']);
  const silenced = await operated.run(['silence', '--for', '1h', '--alarm', 'anything', '--reason', 'x']);
  const simulated = await operated.run(['simulate', '--alarm', 'orders']);
  operated.stage.isBroken = false;
  expect([shown.exitCode, JSON.parse(shown.out)]).toEqual([0, expect.objectContaining({ incident: id })]);
  expect(shown.error).toMatch(/^acknowledge does not answer \(.*out of memory.*\): links and chart are not shown\.\n$/);
  expect(silenced).toMatchObject({ exitCode: 0, error: expect.stringContaining('such alarms was not checked.') });
  expect(simulated).toMatchObject({ exitCode: 1, out: '', error: expect.stringContaining('out of memory') });
  const [, silence = ''] = /^Silence (\S+):/.exec(silenced.out) ?? [];
  await operated.tables.delete('control', '$stage', `SILENCE#${silence}`);
});

test('show: one that ended, and its JSON', async () => {
  const id = await operated.put({
    ...ended(openedMs),
    Acknowledged: { By: 'mia', AtMs: openedMs - 5 * minuteMs, How: 'link' },
    Log: [{ AtMs: openedMs, Kind: 'end-told', Contact: mail }],
  });
  const { out } = await operated.run(['show', id]);
  expect(out).toContain('2026-11-20T09:00:00Z to 2026-11-20T09:09:00Z (9 min)');
  expect(out).toContain('It recovered by itself at 2026-11-20T09:10:00Z.');
  expect(out).toContain('Acknowledged by mia at 2026-11-20T09:05:00Z, by the link of a message.');
  expect(out).toContain('told of the end');
  expect(out).not.toContain('incidents acknowledge');
  const json = JSON.parse((await operated.run(['show', id, '--json'])).out);
  expect(json).toMatchObject({
    ...{ incident: id, status: 'recovered', ended: '2026-11-20T09:10:00Z' },
    runbook: 'https://x.example/runbook#alarm-few',
    acknowledged: { by: 'mia', how: 'link' },
    timeline: [{ at: '2026-11-20T09:10:00Z', kind: 'end-told', contact: mail }],
  });
  expect(json.chart.values).toHaveLength(82);
  expect((await operated.run(['show', '20261120T091000Z-ffffffff'])).exitCode).toBe(1);
  expect((await operated.run(['show', 'nonsense'])).exitCode).toBe(2);
});

test('a composite alarm: which of its parts are on; at 80 columns', async () => {
  const id = await operated.put({
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
  const shown = await operated.run(['show', id], { columns: 80 });
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
  const json = JSON.parse((await operated.run(['show', id, '--json'])).out);
  expect(json).toMatchObject({
    partsOn: ['Tidemark-dev_web-errors', 'Tidemark-dev_web-throttles'],
    parts: [{ name: 'errors', runbook: 'https://x.example/runbook#alarm-errors' }, { name: 'throttles' }],
  });
  const listed = await operated.run(['list'], { columns: 80 });
  const line = listed.out.split('\n').find((each) => each.startsWith(id)) ?? '';
  expect(line.replace(id, 'ID')).toMatch(/^ID +high +open +errors, throttles: counting,…$/);
  expect(Math.max(...listed.out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

function bucket(startMs: number, EventCount: number) {
  const Bucket = encodeBucket({ size: '1m', generation: 0, startMs, slice: '000000000000' });
  return { EventName: 'page view', Bucket, EventCount, LastSequence: '1', WrittenBy: 'live' };
}
