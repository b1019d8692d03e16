import { DeleteItemCommand, DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { ReportLine } from '@tidemark/core/replay/report';
import { decodeBucket } from '@tidemark/core/series/key';
import type { Terminal } from '@tidemark/ops-cli/terminal';
import type { Said } from '@tidemark/ops-cli/unattended';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { type Stack, startStack } from '../exactness/stack.ts';

/*
 * What an operator does with replays, from the command line to the tables and back: everything that `tidemark replay` and `tidemark backfill` call is
 * there. One course, whose steps build on each other.
 */

const runMsMax = 300_000;
const events = 3_000;
let stack: Stack;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  const event = { name: 'event_type', time: 'utc_timestamp' };
  const stream = { shards: 2 };
  const counted = { event, stream, buckets: ['1h'] as const, count: { batchWindowSeconds: 0 } };
  stack = await startStack(
    {
      sources: {
        web: { ...counted, buckets: ['1h'], archive: { batchWindowSeconds: 0 } },
        plain: { ...counted, buckets: ['1h'] },
      },
    },
    { pipeDelays: { readIntervalMs: 10 } },
  );
  // A run waits for minutes, and its functions take no time to speak of.
  stack.engine.clock.scale(40);
  const { endpoint, region } = stack.engine;
  dynamodb = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
  await tidemark('produce', '--events', String(events), '--seed', '5');
}, runMsMax);

afterAll(async () => {
  dynamodb?.destroy();
  await stack?.stop();
});

async function tidemark(...argv: string[]): Promise<Said> {
  return run({}, ...argv);
}

async function run(more: Partial<Terminal>, ...argv: string[]): Promise<Said> {
  return runCommand(stack.engine, argv, more);
}

/** The one JSON document on standard output. */
async function json(...argv: string[]) {
  const { exitCode, out } = await tidemark(...argv, '--json');
  return { exitCode, said: JSON.parse(out) };
}

async function status() {
  return (await json('status', '--source', 'web')).said.sources[0];
}

async function counters(): Promise<unknown> {
  return (await json('counters')).said.rows;
}

/** Deletes one partial of live counting and adds to another; `<name> <start> <slice>` of both. */
async function spoil(): Promise<string[]> {
  const TableName = stack.source('web').seriesTable;
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  const keys = Items.filter(({ Bucket }) => decodeBucket(Bucket?.S ?? '').generation === 0).map(
    ({ EventName, Bucket }) => ({
      EventName: { S: EventName?.S ?? '' },
      Bucket: { S: Bucket?.S ?? '' },
    }),
  );
  const [deleted, added] = keys.slice(3, 5);
  if (deleted === undefined || added === undefined) throw new Error('too few partials to spoil');
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: deleted }));
  const addition = { UpdateExpression: 'ADD EventCount :n', ExpressionAttributeValues: { ':n': { N: '7' } } };
  await dynamodb.send(new UpdateItemCommand({ TableName, Key: added, ...addition }));
  return [deleted, added].map((key) => {
    const [, , start, slice] = key.Bucket.S.split('#');
    return `${key.EventName.S} ${start} ${slice}`;
  });
}

let right: unknown;
let wrong: unknown;
let replayed: string;

test('before there is a run', { timeout: runMsMax }, async () => {
  await expect.poll(async () => (await status()).ledger.received, { timeout: runMsMax, interval: 500 }).toBe(events);
  right = await counters();
  expect(await tidemark('replay', 'list')).toEqual({ exitCode: 0, out: '', error: 'There was no run yet.\n' });
  expect((await tidemark('replay', 'status')).error).toBe('There was no run yet.\n');
  const unknown = '20261120T060000Z-0a1b2c3d';
  for (const command of [['status'], ['cancel', '--yes'], ['undo', '--yes']]) {
    const { exitCode, error } = await tidemark('replay', ...command, unknown);
    expect([exitCode, error]).toEqual([1, expect.stringMatching(/no run 20261120T060000Z-0a1b2c3d.*replay list/)]);
  }
});

test('a verification of what is right says so, and changes nothing', { timeout: runMsMax }, async () => {
  const { exitCode, out, error } = await tidemark('replay', 'start', '--from', 'trim-horizon', '--verify');
  expect(error).toMatch(/records +about 3,000 events/);
  expect(error).toContain('costs    less than $0.01');
  expect(out).toContain('all is equal, and nothing was changed');
  expect(exitCode).toBe(0);
  expect(await counters()).toEqual(right);
});

test('a verification finds what was spoilt, and nothing else', { timeout: runMsMax }, async () => {
  const spoilt = await spoil();
  wrong = await counters();
  expect(wrong).not.toEqual(right);
  const { exitCode, said } = await json('replay', 'start', '--from', 'trim-horizon', '--verify', '--reason', 'tried');
  expect(exitCode).toBe(3);
  expect(said).toMatchObject({ kind: 'replay', verify: true, reason: 'tried', outcome: 'different' });
  expect(said.compared).toMatchObject({ different: 2, undecided: 0 });
  const { out } = await tidemark('replay', 'status', said.run, '--differences', '--json');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line): ReportLine => JSON.parse(line));
  expect(lines.map(({ name, start, slice }) => `${name} ${start} ${slice}`).sort()).toEqual(spoilt.sort());
  const shown = await tidemark('replay', 'status', said.run);
  expect(shown.exitCode).toBe(3);
  expect(shown.out).toContain('Repair them: tidemark --local replay start --source web --from trim-horizon');
  expect(await counters()).toEqual(wrong);
});

test('asks before it starts, and starts nothing without a yes', { timeout: runMsMax }, async () => {
  const asked: string[] = [];
  const answering = (answer: string | undefined): Partial<Terminal> => ({
    ask: async (question) => {
      asked.push(question);
      return answer;
    },
  });
  const start = ['replay', 'start', '--from', '2d'];
  expect((await run(answering('n'), ...start)).exitCode).toBe(1);
  expect((await run(answering(undefined), ...start)).exitCode).toBe(130);
  expect(asked).toEqual(['Start this replay? [y/N] ', 'Start this replay? [y/N] ']);
  expect((await json('replay', 'list')).said.runs).toHaveLength(2);
});

test('a replay repairs it; whoever leaves it finds it again', { timeout: runMsMax }, async () => {
  const leaving = new AbortController();
  const left = await run(
    {
      interruption: () => leaving.signal,
      ask: async () => ' Yes ',
      note: (text) => {
        if (text.startsWith('web: replay ')) leaving.abort();
      },
    },
    ...['replay', 'start', '--from', 'trim-horizon', '--json'],
  );
  expect(left.exitCode).toBe(130);
  const { run: id, interrupted } = JSON.parse(left.out);
  expect(interrupted).toBe(true);
  expect((await tidemark('replay', 'status')).out).toMatch(new RegExp(`^web: replay ${id}\n  \\S+`));
  const followed = await tidemark('replay', 'status', id, '--follow');
  expect(followed.out).toMatch(/switched to generation \d+/);
  expect(followed.out).toContain(`Take it back: tidemark --local replay undo ${id}`);
  expect(followed.exitCode).toBe(0);
  expect(await counters()).toEqual(right);
  replayed = id;
});

test('what has switched cannot be cancelled, and can be taken back once', { timeout: runMsMax }, async () => {
  const cancelled = await tidemark('replay', 'cancel', replayed, '--yes');
  expect([cancelled.exitCode, cancelled.error]).toEqual([1, expect.stringMatching(/has ended: switched/)]);
  const { exitCode, said } = await json('replay', 'undo', replayed, '--yes');
  expect(exitCode).toBe(0);
  expect(said).toMatchObject({ kind: 'undo', undoes: replayed, outcome: 'undone', stayingBuckets: 0, stays: [] });
  expect(said.givenBack.map(({ size }: { size: string }) => size)).toEqual(['1h']);
  expect(await counters()).toEqual(wrong);
  const again = await tidemark('replay', 'undo', replayed, '--yes');
  expect([again.exitCode, again.error]).toEqual([1, expect.stringContaining(`was undone already, by run ${said.run}`)]);
});

test('one run at a time: the next is told whose turn it is, and how to end it', { timeout: runMsMax }, async () => {
  const { said } = await json('replay', 'start', '--from', 'trim-horizon', '--yes', '--detach');
  const prepared = () => json('replay', 'status', said.run).then((each) => each.said.phase);
  await expect.poll(prepared, { timeout: runMsMax, interval: 200 }).toEqual(expect.any(String));
  const second = await tidemark('replay', 'start', '--from', 'trim-horizon', '--yes');
  expect(second.exitCode).toBe(1);
  expect(second.error).toMatch(new RegExp(`Source web is locked: replay ${said.run} has the lock since`));
  expect(second.error).toContain(`tidemark --local replay cancel ${said.run}`);
  const cancelled = await json('replay', 'cancel', said.run, '--yes');
  expect(cancelled.exitCode).toBe(0);
  expect(cancelled.said).toMatchObject({ run: said.run, outcome: 'cancelled' });
  expect((await json('replay', 'status', said.run)).exitCode).toBe(1);
  expect(await counters()).toEqual(wrong);
  const { mappings, run: goesOn } = await status();
  expect(mappings.count).toMatchObject([{ state: 'Enabled' }]);
  expect(goesOn).toBeUndefined();
});

test('a run that another overtook says so', { timeout: runMsMax }, async () => {
  const start = ['replay', 'start', '--from', 'trim-horizon', '--verify'];
  const both = await Promise.all([tidemark(...start), tidemark(...start)]);
  // Both saw no lock, or the second saw that of the first: one of them compares, the other is refused.
  expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([1, 3]);
  const refused = both.find(({ exitCode }) => exitCode === 1);
  expect(refused?.error).toMatch(/has the lock|has the lock since/);
});

test('a backfill repairs from the archive what lies in its range', { timeout: runMsMax }, async () => {
  const none = await tidemark('backfill', 'start', '--source', 'plain', '--from', '2d', '--to', '1d', '--yes');
  expect([none.exitCode, none.error]).toEqual([1, expect.stringContaining('plain: { ..., archive: {} }')]);
  const archived = () => status().then(({ archive }) => Date.parse(archive.completeThrough));
  const producedMs = stack.engine.clock.now();
  await expect.poll(archived, { timeout: runMsMax, interval: 500 }).toBeGreaterThan(producedMs);
  const { exitCode, out, error } = await tidemark('backfill', 'start', '--from', '3d', '--to', '0s', '--yes');
  expect(error).toMatch(/in [1-9]\d*\s+objects? of\s+the archive/);
  expect(out).toMatch(/^web: backfill \S+: switched to generation \d+$/m);
  expect(exitCode).toBe(0);
  expect(await counters()).toEqual(right);
});

test('what was counted into since stays with the backfill when that is taken back', { timeout: runMsMax }, async () => {
  const [{ run: backfilled }] = (await json('replay', 'list', '--limit', '1')).said.runs;
  await tidemark('produce', '--events', '50', '--seed', '6');
  await expect
    .poll(async () => (await status()).ledger.received, { timeout: runMsMax, interval: 500 })
    .toBe(events + 50);
  const { exitCode, out } = await tidemark('replay', 'undo', backfilled, '--yes');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^web: undo \S+: undone$/m);
  expect(out).toMatch(/; [1-9]\d* buckets? stays? as they are$/m);
  expect(out).toMatch(/Stay, since events were counted into them after the switch:\n +size +from +to before\n/);
  expect(out).toContain('runbook.md, "Replay: buckets stay"');
});

test('a run that fails says how counts stand, and where help is', { timeout: runMsMax }, async () => {
  const before = await counters();
  const { controlTable } = stack.source('web');
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: controlTable, ConsistentRead: true }));
  const ledger = Items.find(({ Source, Item }) => Source?.S === 'web' && Item?.S?.startsWith('LEDGER#count#'));
  if (ledger?.Source === undefined || ledger.Item === undefined) throw new Error('no ledger');
  // As if live counting had received an event that the stream has lost.
  const addition = { UpdateExpression: 'ADD Received :n', ExpressionAttributeValues: { ':n': { N: '1' } } };
  const Key = { Source: ledger.Source, Item: ledger.Item };
  await dynamodb.send(new UpdateItemCommand({ TableName: controlTable, Key, ...addition }));
  const { exitCode, out } = await tidemark('replay', 'start', '--from', 'trim-horizon', '--force', '--yes');
  expect(exitCode).toBe(1);
  expect(out).toMatch(/failed before the switch: the counts are as they were, and\s+counting goes on/);
  expect(out).toMatch(
    /^ {2}RecountReceivedFewer: shardId-\d+: of \d{4}-\d\d-\d\d the recount received \d+ events, live\s+counting \d+$/m,
  );
  expect(out).toContain('see docs/operating/runbook.md, "Replay: RecountReceivedFewer"');
  expect(await counters()).toEqual(before);
  expect((await status()).mappings.count).toMatchObject([{ state: 'Enabled' }]);
});

test('the list has them all, the newest first', { timeout: runMsMax }, async () => {
  const { said } = await json('replay', 'list');
  const outcomes = said.runs.map(({ kind, outcome }: { kind: string; outcome: string }) => `${kind} ${outcome}`);
  expect(outcomes).toEqual([
    'replay failed',
    'undo undone',
    'backfill switched',
    'replay different',
    'replay cancelled',
    'undo undone',
    'replay switched',
    'replay different',
    'replay equal',
  ]);
  expect((await json('replay', 'list', '--limit', '2')).said.runs).toEqual(said.runs.slice(0, 2));
  expect((await tidemark('replay', 'list', '--source', 'plain')).error).toBe('There was no run yet.\n');
  expect((await tidemark('replay', 'list')).out).toMatch(/^\S+ +web +backfill +switched +2 +0$/m);
  expect(stack.engineErrors).toEqual([]);
});
