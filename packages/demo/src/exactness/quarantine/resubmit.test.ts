import { gzipSync } from 'node:zlib';
import { countingFunction } from '@tidemark/core/deployment';
import { windowPartSetAside } from '@tidemark/core/window/set-aside';
import type { FaultMatch } from '@tidemark/local/faults/fault';
import { cut } from '@tidemark/local/gateway/intercept';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aggregateOf } from './aggregate.ts';
import { Trial } from './trial.ts';

/*
 * What was set aside is put on the stream anew, once its cause is mended: each event once, whatever happens to the command. Every name is
 * sent once, so that a count of 2 is an event that was put twice.
 */

let trial: Trial;
/** Names by the place where they are used. */
const groups = {
  listed: ['listed'],
  mixed: ['mixed one', 'mixed two'],
  zipped: ['zipped'],
  twice: Array.from({ length: 40 }, (_, at) => `twice ${at}`),
  lost: ['lost'],
  never: ['never'],
  late: ['late'],
  split: ['split'],
  slept: ['slept'],
  forgotten: ['forgotten'],
  refused: ['refused'],
  chaos: Array.from({ length: 60 }, (_, at) => `chaos ${at}`),
};
const kills: readonly (readonly [string, FaultMatch, 'before' | 'after'])[] = (
  [
    ['the marker', { service: 'dynamodb', operation: 'PutItem' }],
    ['the put', { service: 'kinesis', operation: 'PutRecords' }],
    ['the last write', { service: 'dynamodb', operation: 'UpdateItem' }],
  ] as const
).flatMap(([what, match]) => (['before', 'after'] as const).map((when) => [`${when} ${what}`, match, when] as const));

beforeAll(async () => {
  trial = await Trial.start();
  trial.setHour(11);
  const { listed, mixed, zipped, ...plain } = groups;
  const single = [...listed, ...Object.values(plain).flat(), ...kills.map(([what]) => what)];
  await trial.put([
    ...single.map((name) => trial.later(name)),
    gzipSync(trial.later(zipped[0] ?? '')),
    aggregateOf([
      trial.earlier('counted at once'),
      ...mixed.map((name) => trial.later(name)),
      trial.earlier('counted too'),
    ]),
    Buffer.from('\u001b[2J no JSON'),
  ]);
}, 600_000);

afterAll(() => trial?.stop());

afterEach(async () => {
  const twice = [...(await trial.counted())].filter(([, count]) => count !== 1);
  expect(twice).toEqual([]);
  const { received, counted, quarantined } = await trial.ledger();
  expect(received).toBe(counted + quarantined);
  expect(trial.stack.engineErrors).toEqual([]);
});

const keyOf = async (name: string) => (await trial.keysOf([name]))[0] ?? '';
const resubmit = (...argv: string[]) => trial.tidemark('quarantine', 'resubmit', ...argv, '--yes');
const fine = { exitCode: 0 };
const count = async (name: string) => (await trial.counted()).get(name) ?? 0;

describe('before the cause is mended', { timeout: 120_000 }, () => {
  it('what was set aside is listed, with totals by reason', async () => {
    const { out, exitCode } = await trial.tidemark('quarantine', 'list');
    const { rows, totals } = await trial.json('list');
    expect(exitCode).toBe(0);
    const names = Object.values(groups).flat().length + kills.length;
    expect(totals).toMatchObject({
      reasons: { 'name-missing': { events: names, records: names - 1, resubmitted: 0 }, 'not-json': { events: 1 } },
    });
    expect((rows as object[]).length).toBe(names);
    expect(out.match(/name-missing +- {2}/g)).toHaveLength(names - 1);
  });

  it('pages of it go on where the last ended', async () => {
    const all = await trial.keys();
    const seen: string[] = [];
    let after: string[] = [];
    for (;;) {
      const { rows, next } = await trial.json('list', '--limit', '50', ...after);
      seen.push(...(rows as { key: string }[]).map(({ key }) => key));
      if (next === null) break;
      after = ['--after', String(next)];
    }
    expect(seen).toEqual(all);
  });

  it('a record is shown with its fault and what would become of it', async () => {
    const { out } = await trial.tidemark('quarantine', 'show', await keyOf('listed'));
    expect(out).toMatch(
      /It was set aside because it has no name \(name-missing\)\.\nevent_type: missing, expected a string/,
    );
    expect(out).toMatch(
      /Today it would be set aside again: .* the revision that holds from .*T12:00:00.000Z on reads it/,
    );
    expect(out).toMatch(/ {2}\{"kind":"listed","at":".*"\}\n/);
  });

  it('what a stranger wrote cannot move the cursor', async () => {
    const [key = ''] = await trial.keys(({ detail }) => String(detail).startsWith('byte'));
    const { out } = await trial.tidemark('quarantine', 'show', key);
    expect(out).toContain('\\u001b[2J no JSON');
    expect(out).not.toContain('\u001b');
    expect((await trial.tidemark('quarantine', 'show', key, '--raw')).out).toBe('\u001b[2J no JSON');
  });

  it('resubmitting is refused, and says why', async () => {
    const { exitCode, error } = await resubmit('--all');
    expect(exitCode).toBe(1);
    expect(error).toContain('Nothing to resubmit.');
    expect(error).toMatch(/would be set aside again: name-missing: .*; the revision that holds from .* on reads it/);
    expect(await trial.markers()).toEqual([]);
  });

  it('unless it is forced: then it is set aside again', async () => {
    const before = await trial.ledger();
    const key = await keyOf('refused');
    expect(await resubmit(key, '--force')).toMatchObject(fine);
    await trial.world.counted();
    expect(await trial.ledger()).toEqual({
      ...before,
      received: before.received + 1,
      quarantined: before.quarantined + 1,
    });
    expect(await resubmit(key, '--force')).toMatchObject(fine);
    await trial.world.counted();
    expect(await trial.ledger()).toMatchObject({ received: before.received + 1 });
  });
});

describe('once it is mended, each event is counted once', { timeout: 120_000 }, () => {
  beforeAll(() => trial.setHour(12.2));

  it('when it is only asked what would be done, nothing is', async () => {
    const key = await keyOf('listed');
    const { exitCode, out } = await trial.tidemark('quarantine', 'resubmit', key, '--dry-run');
    expect([exitCode, out]).toEqual([0, 'To resubmit: 1 record.\n']);
    expect(await count('listed')).toBe(0);
  });

  it('when the command is repeated', async () => {
    const key = await keyOf('listed');
    for (let time = 0; time < 3; time += 1) expect(await resubmit(key)).toMatchObject(fine);
    expect(await count('listed')).toBe(1);
    const { out } = await trial.tidemark('quarantine', 'show', key);
    expect(out).toMatch(/Resubmitted {5,}\d{4}-.*Z, on shardId-\d+ as \d+\n/);
  });

  it('when some of an aggregate were counted: those never again', async () => {
    const { exitCode, out } = await resubmit(await keyOf('mixed one'), await keyOf('zipped'));
    expect([exitCode, out]).toEqual([0, 'Resubmitted: 2 records (3 events).\n']);
    const counted = await trial.counted();
    expect(
      ['mixed one', 'mixed two', 'zipped', 'counted at once', 'counted too'].map((name) => counted.get(name)),
    ).toEqual([...[1, 1, 1, 1, 1]]);
  });

  it.each(kills)('when the command is killed %s', async (name, match, when) => {
    const key = await keyOf(name);
    const argv = ['quarantine', 'resubmit', key, '--yes'];
    expect(await trial.killed(argv, match, when)).toBe(true);
    expect(await trial.hurried(() => resubmit(key))).toMatchObject(fine);
    expect(await count(name)).toBe(1);
  });

  it('when two do it at once', async () => {
    const keys = await trial.keysOf(groups.twice);
    const said = await trial.hurried(() =>
      Promise.all([resubmit(...keys), resubmit(...keys), resubmit(...keys.toReversed())]),
    );
    expect(said.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const counted = await trial.counted();
    expect(groups.twice.map((name) => counted.get(name))).toEqual(groups.twice.map(() => 1));
  });

  it('when the answer of the put is lost', async () => {
    const key = await keyOf('lost');
    const fault = trial.stack.engine.faults.add({
      match: { caller: 'client', service: 'kinesis', operation: 'PutRecords' },
      action: { kind: 'lose' },
      times: 1,
    });
    expect(await resubmit(key)).toMatchObject(fine);
    expect(fault.strikes).toBe(1);
    fault.remove();
    expect(await count('lost')).toBe(1);
  });

  it('when the put never arrived', async () => {
    const key = await keyOf('never');
    const fault = trial.stack.engine.faults.add({
      match: { caller: 'client', service: 'kinesis', operation: 'PutRecords' },
      action: { kind: 'intercept', interceptor: async () => cut },
      times: 1,
    });
    expect(await trial.hurried(() => resubmit(key))).toMatchObject(fine);
    expect(fault.strikes).toBe(1);
    fault.remove();
    expect(await count('never')).toBe(1);
  });

  it('when the put arrives long after the connection broke', async () => {
    const key = await keyOf('late');
    const arrived = Promise.withResolvers<void>();
    const puts = { made: 0 };
    const fault = trial.stack.engine.faults.add({
      match: { caller: 'client', service: 'kinesis', operation: 'PutRecords' },
      action: {
        kind: 'intercept',
        interceptor: async (_call, proceed) => {
          puts.made += 1;
          setTimeout(() => void proceed().then(() => arrived.resolve()), 1500);
          return cut;
        },
      },
    });
    const said = trial.hurried(() => resubmit(key), 2500);
    await arrived.promise;
    expect(await said).toMatchObject(fine);
    fault.remove();
    expect([puts.made, await count('late')]).toEqual([1, 1]);
  });

  it('when the command sleeps for long, just when it was about to put', async () => {
    const key = await keyOf('slept');
    const argv = ['quarantine', 'resubmit', key, '--yes'];
    const begun = { service: 'dynamodb', operation: 'PutItem' };
    const exitCode = await trial.suspended(argv, begun, async () => {
      expect(await trial.hurried(() => resubmit(key))).toMatchObject(fine);
      expect(await count('slept')).toBe(1);
    });
    expect([exitCode, await count('slept')]).toEqual([0, 1]);
  });

  it('when its shard is split after it was put, and the command killed', async () => {
    const key = await keyOf('split');
    const argv = ['quarantine', 'resubmit', key, '--yes'];
    expect(await trial.killed(argv, { service: 'kinesis', operation: 'PutRecords' }, 'after')).toBe(true);
    for (let shard = 4; shard >= 0; shard -= 2) await trial.world.split(Math.min(2, shard / 2));
    expect(await trial.hurried(() => resubmit(key))).toMatchObject(fine);
    expect(await count('split')).toBe(1);
  });

  it('when calls fail, are throttled and lose their answers, and commands are killed, two at a time', async () => {
    const keys = await trial.keysOf(groups.chaos);
    const { faults } = trial.stack.engine;
    const wire = { caller: 'client' } as const;
    const kinesis = { ...wire, service: 'kinesis', operation: 'PutRecords' } as const;
    const every = (n: number) => {
      let calls = 0;
      return () => {
        calls += 1;
        return calls % n === 0;
      };
    };
    const installed = [
      faults.add({ match: { ...kinesis, where: every(5) }, action: { kind: 'lose' } }),
      faults.add({ match: { ...kinesis, where: every(7) }, action: { kind: 'throttle' } }),
      faults.add({ match: { ...kinesis, where: every(11) }, action: { kind: 'fail' } }),
      faults.add({ match: { ...wire, service: 'dynamodb', where: every(23) }, action: { kind: 'lose' } }),
      faults.add({ match: { ...wire, service: 'dynamodb', where: every(29) }, action: { kind: 'fail' } }),
    ];
    const argv = ['quarantine', 'resubmit', ...keys, '--yes'];
    await Promise.all([
      trial.killed(argv, { ...kinesis, where: every(13) }, 'after'),
      trial.killed(argv, { ...wire, service: 'dynamodb', operation: 'UpdateItem', where: every(9) }, 'before'),
    ]);
    const said = await trial.hurried(() => Promise.all([resubmit(...keys), resubmit(...keys)]));
    for (const fault of installed) fault.remove();
    for (const each of said) expect(each).toMatchObject(fine);
    expect(installed[0]?.strikes).toBeGreaterThan(0);
    const counted = await trial.counted();
    expect(groups.chaos.map((name) => counted.get(name))).toEqual(groups.chaos.map(() => 1));
  });

  it('when everything is asked for, only the rest goes', async () => {
    const [forgotten = ''] = await trial.keysOf(groups.forgotten);
    const rest = (await trial.keys()).filter((key) => key !== forgotten);
    const before = await trial.ledger();
    const { exitCode, error } = await resubmit(...rest);
    // What is no JSON stays.
    expect([exitCode, error]).toEqual([1, expect.stringContaining('not-json: ')]);
    await trial.world.counted();
    // The event that was forced came back, and its second object goes now.
    expect(await trial.ledger()).toEqual({ ...before, received: before.received + 1, counted: before.counted + 1 });
    const { totals } = await trial.json('list');
    expect(totals).toMatchObject({ reasons: { 'not-json': { resubmitted: 0 } } });
    expect(await count('refused')).toBe(1);
  });
});

describe('what does not go back', { timeout: 120_000 }, () => {
  it('parts of windows are listed as what they are, and left alone', async () => {
    const key = { EventName: 'a', Bucket: 'w60#0000#2026-11-02T09:00:00Z#000000000003' };
    const part = { first: '002:10', last: '002:17', key, records: 2, measures: {} };
    const { objectKey, body } = windowPartSetAside('web', 'shardId-000000000003', { part, after: '002:12' });
    await trial.leave(objectKey, body);
    const listed = await trial.tidemark('quarantine', 'list', '--reason', 'part-past-mending');
    expect([listed.out, listed.error]).toEqual([
      expect.stringMatching(/part-past-mending +- +2026-11-02\/shardId-000000000003\/part-17-w60-/),
      expect.stringContaining('1 part of a window: not resubmitted: a replay counts it'),
    ]);
    const shown = await trial.tidemark('quarantine', 'show', objectKey);
    expect(shown.out).toContain('of its records 10 to 17 the item holds those up to 12');
    const said = await resubmit(objectKey);
    expect(said).toMatchObject({ exitCode: 0, error: expect.stringContaining('Left alone: 1 part of a window') });
  });

  it('and so is what somebody else put there', async () => {
    await trial.leave('quarantine/web/2026-11-02/note.json', { note: 'do not delete' });
    const listed = await trial.tidemark('quarantine', 'list', '--until', '2026-11-03');
    expect(listed.out).toMatch(/not of Tidemark +- +2026-11-02\/note.json/);
    expect(await resubmit('2026-11-02/note.json')).toMatchObject({ exitCode: 1, out: '' });
  });

  it('what Lambda gave up on is listed with its function, and refused', async () => {
    const { source, stack } = trial;
    const fault = stack.engine.faults.add({
      match: { caller: countingFunction(source), operation: 'UpdateItem' },
      action: { kind: 'kill', when: 'before' },
      times: 1,
    });
    await trial.put([trial.later('given up')]);
    expect(fault.strikes).toBe(1);
    const { rows } = await trial.json('list', '--reason', 'given-up');
    const [row] = rows as Record<string, unknown>[];
    expect(row).toMatchObject({ kind: 'given-up', work: 'count', records: 1, condition: 'RetryAttemptsExhausted' });
    const key = String(row?.key);
    expect((await trial.tidemark('quarantine', 'show', key)).out).toContain('a backfill from the archive later');
    expect(await resubmit(key)).toMatchObject({ exitCode: 1, error: expect.stringContaining('replay or backfill') });
    expect(await count('given up')).toBe(0);
  });
});

describe('what the stream no longer tells', { timeout: 120_000 }, () => {
  it('is put again only where its key is named and it is forced', async () => {
    const key = await keyOf('forgotten');
    const argv = ['quarantine', 'resubmit', key, '--yes'];
    expect(await trial.killed(argv, { service: 'kinesis', operation: 'PutRecords' }, 'before')).toBe(true);
    trial.stack.engine.clock.advance(25 * 3_600_000);
    for (const argv of [[key], ['--all', '--force']]) {
      const { exitCode, out } = await resubmit(...argv);
      expect([exitCode, out]).toEqual([1, expect.stringMatching(/the stream no longer tells whether it did/)]);
    }
    expect(await count('forgotten')).toBe(0);
    expect(await resubmit(key, '--force')).toMatchObject(fine);
    expect(await count('forgotten')).toBe(1);
    expect(await resubmit(key, '--force')).toMatchObject(fine);
    expect(await count('forgotten')).toBe(1);
  });
});
