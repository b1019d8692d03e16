import { describe, expect, it } from 'vitest';
import { synthesizedPruning } from '../../test/definition.ts';
import { type PerformedTask, runDefinition, taskFailure } from '../../test/run-definition.ts';

const ranges = [
  { child: '00', first: -1, last: 4 },
  { child: '01', first: 5, last: 9 },
];

interface Call {
  readonly op: string;
  readonly outcome?: string;
  readonly error?: { readonly name: string };
  readonly child?: string;
  readonly cursor?: number;
  readonly [field: string]: unknown;
}

type Answer = (call: Call, times: number) => object;

const answers: Readonly<Record<string, Answer>> = {
  prepare: () => ({ waitSeconds: 960 }),
  // At the second look.
  counted: (_call, times) => ({ counted: times > 1, waitSeconds: 30, waiting: [] }),
  plan: () => ({ children: ranges }),
  // Twice each.
  series: ({ cursor = 0 }) => (cursor > 0 ? { done: true } : { done: false, waitSeconds: 1, cursor: cursor + 1 }),
  restore: ({ cursor = 0 }) => (cursor > 0 ? { done: true } : { done: false, waitSeconds: 0, cursor: cursor + 1 }),
  open: () => ({ sizes: ['1m'], untilMs: 1 }),
  abort: () => ({ aborted: true, waitSeconds: 120 }),
  finish: ({ outcome }) => ({ outcome }),
};

const ofWeb = synthesizedPruning();

/** Runs a request against the function, with `others` for some of its answers. Returns what it was asked, and the end. */
async function performed(request: object, others: Readonly<Record<string, Answer>> = {}) {
  const calls: Call[] = [];
  const perform = ({ arguments: given }: PerformedTask): unknown => {
    const call = (given as { Payload: Call }).Payload;
    calls.push(call);
    const times = calls.filter(({ op }) => op === call.op).length;
    return { Payload: { ...answers, ...others }[call.op]?.(call, times) };
  };
  const outcome = await runDefinition(ofWeb, { run: 'run', source: 'web', ...request }, perform);
  const done = calls.map(({ op, child, error }) =>
    [op, child, error?.name].filter((each) => each !== undefined).join(' '),
  );
  return { calls, done, outcome };
}

const refusing =
  (error: string): Answer =>
  () => {
    throw taskFailure(error, 'the cause');
  };

describe('a prune', () => {
  it('raises floors, waits until all from before is counted, then goes through the series', async () => {
    const { calls, done, outcome } = await performed({ beforeMs: 5, sizes: ['1m'] });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { run: 'run', outcome: 'pruned' } });
    expect(done).toEqual([
      ...['prepare', 'counted', 'counted', 'plan'],
      ...['series 00', 'series 00', 'series 01', 'series 01', 'finish'],
    ]);
    const [prepare, , , , series, further] = calls;
    expect(prepare).toMatchObject({
      ...{ kind: 'prune', run: 'run', source: 'web', settings: { source: 'web', drainSeconds: 67 } },
      execution: expect.stringContaining('execution'),
      request: { beforeMs: 5, sizes: ['1m'] },
    });
    expect(series).toMatchObject({ run: 'run', source: 'web', settings: { source: 'web' }, ...ranges[0] });
    expect(series).not.toHaveProperty('cursor');
    expect(further).toMatchObject({ ...ranges[0], cursor: 1 });
    expect(calls.at(-1)).toMatchObject({ outcome: 'pruned' });
  });

  it('that fails in a child says what failed there, and only when every child has ended', async () => {
    const series: Answer = (call, times) =>
      call.child === '00' ? refusing('ExportDamaged')(call, times) : { done: true };
    const { calls, done, outcome } = await performed({}, { series });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ExportDamaged', cause: 'the cause' });
    expect(done.slice(-4)).toEqual(['series 00', 'series 01', 'abort ExportDamaged', 'finish ExportDamaged']);
    expect(calls.at(-1)).toMatchObject({ outcome: 'failed', error: { name: 'ExportDamaged', cause: 'the cause' } });
  });

  it('that nobody counts for is taken back, and deletes nothing', async () => {
    const { done, outcome } = await performed({}, { counted: refusing('Stalled') });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Stalled' });
    expect(done).toEqual(['prepare', 'counted', 'abort Stalled', 'finish Stalled']);
  });

  it('that was cancelled ends as such', async () => {
    const { calls, outcome } = await performed({}, { series: refusing('Aborted') });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Aborted' });
    expect(calls.at(-1)).toMatchObject({ op: 'finish', outcome: 'cancelled' });
  });

  it('that has lost its lock ends without a word', async () => {
    const others = { plan: refusing('LockLost'), abort: () => ({ aborted: false, waitSeconds: 0 }) };
    const { done, outcome } = await performed({}, others);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'LockLost' });
    expect(done.at(-1)).toBe('abort LockLost');
  });
});

describe('a restore', () => {
  it('waits for no floor, and opens to readers what every child has brought back', async () => {
    const { calls, done, outcome } = await performed({ from: 1, toMs: 2 });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'restored' } });
    expect(done).toEqual([
      ...['prepare', 'plan', 'restore 00', 'restore 00', 'restore 01', 'restore 01', 'open', 'finish'],
    ]);
    expect(calls[0]).toMatchObject({ kind: 'restore', request: { from: 1, toMs: 2 } });
    expect(calls.at(-1)).toMatchObject({ outcome: 'restored' });
  });

  it('that cannot read an object opens nothing', async () => {
    const { done } = await performed({ from: 1, toMs: 2 }, { restore: refusing('ExportDamaged') });
    expect(done).toEqual([
      ...['prepare', 'plan', 'restore 00', 'restore 01', 'abort ExportDamaged', 'finish ExportDamaged'],
    ]);
  });
});

describe('a run that is refused', () => {
  it.each(['NothingToRestore', 'NothingToPrune', 'LockHeld', 'BadCall'])('with %s touches nothing', async (error) => {
    const { done, outcome } = await performed({}, { prepare: refusing(error) });
    expect(outcome).toMatchObject({ status: 'FAILED', error, cause: 'the cause' });
    expect(done).toEqual(['prepare']);
  });

  it('by night, since another has the lock, is skipped', async () => {
    const { done, outcome } = await performed({ nightly: true }, { prepare: refusing('LockHeld') });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { run: 'run', outcome: 'skipped' } });
    expect(done).toEqual(['prepare']);
  });
});

describe('the schedule', () => {
  const scheduled = { nightly: true, scheduled: '2026-11-20T03:30:00Z' };
  const sources = { web: {}, rides: { retentionMs: {} }, mail: {} };

  /** What is started of these sources, as `Sfn` answers it. */
  async function started(sources: Parameters<typeof synthesizedPruning>[0], answer: () => unknown) {
    const starts: { Name: string; Input: string; StateMachineArn: string }[] = [];
    const outcome = await runDefinition(synthesizedPruning(sources), scheduled, ({ resource, arguments: given }) => {
      expect(resource).toBe('arn:aws:states:::aws-sdk:sfn:startExecution');
      starts.push(given as (typeof starts)[number]);
      return answer();
    });
    return { outcome, starts };
  }

  it('starts a run of each source that has a retention, named by the time and the source', async () => {
    const { outcome, starts } = await started(sources, () => ({}));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    const requests = starts
      .map(({ Input }) => JSON.parse(Input))
      .sort((one, other) => one.source.localeCompare(other.source));
    expect(requests).toEqual([
      { run: expect.any(String), source: 'mail', nightly: true, startedBy: 'schedule' },
      { run: expect.any(String), source: 'web', nightly: true, startedBy: 'schedule' },
    ]);
    for (const { run } of requests) expect(run).toMatch(/^20261120T033000Z-[0-9a-f]{8}$/);
    expect(requests[0].run).not.toBe(requests[1].run);
    for (const { Name, Input, StateMachineArn } of starts) {
      expect(Name).toBe(JSON.parse(Input).run);
      expect(StateMachineArn).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:Machine');
    }
  });

  it('that was heard before starts nothing a second time, and has not failed', async () => {
    const existing = () => {
      throw taskFailure('Sfn.ExecutionAlreadyExistsException', 'Execution Already Exists');
    };
    expect((await started(sources, existing)).outcome).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('starts one run of one source, and none of none', async () => {
    expect((await started({ web: {} }, () => ({}))).starts).toHaveLength(1);
    const none = await started({ rides: { retentionMs: {} } }, () => ({}));
    expect(none).toMatchObject({ outcome: { status: 'SUCCEEDED' }, starts: [] });
  });
});
