import type { RunLock } from '@tidemark/core/replay/lock';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AwsStandIn } from '../../test/aws-stand-in.ts';
import type { Instance } from '../../test/instance.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import { lock } from '../../test/recounts.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };
const Held = [
  { Consumer: 'count', Mapping: 'uuid-count' },
  { Consumer: 'window', Mapping: 'uuid-window' },
] as const;
const { Run: run, Execution, Pipe = '' } = lock;
const longAgoMs = Date.now() - 10 * 60_000;

let stage: Stage;
let aws: AwsStandIn;
let endpoint: string;
beforeAll(async () => {
  aws = new AwsStandIn();
  [stage, endpoint] = await Promise.all([Stage.start(), aws.start()]);
});
afterAll(async () => {
  await stage?.stop();
  await aws?.stop();
});
beforeEach(() => {
  for (const known of [aws.executions, aws.mappings, aws.pipes, aws.failures]) known.clear();
  aws.calls.length = 0;
  aws.events.length = 0;
});

/** A source whose run has come so far. */
async function stopped(
  change: Partial<RunLock>,
  status = 'ABORTED',
): Promise<{ deployment: Deployment; watchdog: Instance }> {
  const deployment = await stage.makeDeployment();
  await deployment.putControl('TIMELINE', { Version: 7, LastGeneration: 12, Ranges: {}, Lock: { ...lock, ...change } });
  await deployment.putControl(`RUN#${run}`, { Kind: 'replay', Phase: 'recounting' });
  aws.executions.set(Execution, status);
  for (const { Mapping } of change.Held ?? []) aws.mappings.set(Mapping, false);
  aws.pipes.set(Pipe, 0);
  const endpoints = Object.fromEntries(
    ['SFN', 'LAMBDA', 'PIPES'].map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoint]),
  );
  return { deployment, watchdog: await deployment.start('watchdog', endpoints) };
}

const look = (watchdog: Instance, ...sources: string[]) => watchdog.answer({ sources: ['web', ...sources] });
const found = (outcome: string) => ({ findings: [{ source: 'web', run, outcome }] });

test('a run whose execution goes on is left alone', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'holding', Held }, 'RUNNING');
  const before = await deployment.control();
  expect(await look(watchdog)).toEqual(found('running'));
  expect(await deployment.control()).toEqual(before);
  expect(aws.calls).toEqual(['states DescribeExecution']);
});

test('nobody has the lock, or there is no such source: nothing to do', async () => {
  const { deployment, watchdog } = await stopped({});
  await deployment.putControl('TIMELINE', { Version: 8, LastGeneration: 12, Ranges: {} });
  expect(await look(watchdog, 'rides')).toEqual({ findings: [] });
  expect(aws.calls).toEqual([]);
});

test('a stopped run is aborted first; what it had held is enabled when none of its calls can be under way', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'holding', Held });
  expect(await look(watchdog)).toEqual(found('waiting'));
  expect(aws.mappings).toEqual(
    new Map([
      ['uuid-count', false],
      ['uuid-window', false],
    ]),
  );
  const { TIMELINE = {} } = await deployment.control();
  const Lock = TIMELINE.Lock as RunLock;
  expect(Lock).toMatchObject({ Stage: 'aborted', Held });
  expect(await look(watchdog)).toEqual(found('waiting'));
  await deployment.putControl('TIMELINE', { ...TIMELINE, Lock: { ...Lock, AbortedMs: longAgoMs } });
  expect(await look(watchdog)).toEqual(found('released'));
  expect(aws.mappings).toEqual(
    new Map([
      ['uuid-count', true],
      ['uuid-window', true],
    ]),
  );
  expect(aws.pipes.size).toBe(0);
  const after = await deployment.control();
  expect(after.TIMELINE).toEqual({ Version: 10, LastGeneration: 12, Ranges: {} });
  expect(after[`RUN#${run}`]).toMatchObject({
    Phase: 'ended',
    Outcome: 'cancelled',
    Error: 'execution stopped: ABORTED',
  });
  expect(await look(watchdog)).toEqual({ findings: [] });
});

test.each([
  ['FAILED', { Stage: 'aborted', AbortedMs: longAgoMs }, 'aborted'],
  ['ABORTED', { Stage: 'switched', SwitchedMs: longAgoMs, Held }, 'switched'],
  ['TIMED_OUT', { Kind: 'undo', Stage: 'switched', SwitchedMs: longAgoMs, Held }, 'undone'],
] as const)('an execution that ended as %s: its run ends as what it came to', async (status, change, outcome) => {
  const { deployment, watchdog } = await stopped(change, status);
  expect(await look(watchdog)).toEqual(found('released'));
  expect((await deployment.control())[`RUN#${run}`]).toMatchObject({
    Outcome: outcome,
    Error: `execution stopped: ${status}`,
  });
  expect([...aws.mappings.values()].every(Boolean)).toBe(true);
});

test('a run that was stopped after its switch: its corrections are put by one at a time, before its lock is released', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'switched', SwitchedMs: longAgoMs, Held });
  const Settings = { source: 'web', sizes: ['1m'] };
  const item = { Kind: 'replay', Phase: 'correcting', Settings };
  await deployment.putControl(`RUN#${run}`, { ...item, CorrectingMs: Date.now() - 60_000 });
  // The step that the execution had begun may go on by itself.
  expect(await look(watchdog)).toEqual(found('correcting'));
  expect(aws.events).toEqual([]);
  expect([...aws.mappings.values()]).toEqual([true, true]);
  await deployment.putControl(`RUN#${run}`, { ...item, CorrectingMs: longAgoMs });
  expect(await Promise.all([look(watchdog), look(watchdog)])).toEqual([found('correcting'), found('correcting')]);
  expect(aws.events).toEqual([{ op: 'correct', run, source: 'web', settings: Settings }]);
  const Corrected = { Data: 2, Calls: 1, TooOld: 0, TooNew: 0, NotCorrectable: 0 };
  await deployment.putControl(`RUN#${run}`, { ...item, Corrected });
  expect(await look(watchdog)).toEqual(found('released'));
  expect((await deployment.control())[`RUN#${run}`]).toMatchObject({ Outcome: 'switched', Corrected });
  expect(aws.events).toHaveLength(1);
});

test('after a switch nothing is enabled before everybody knows', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'switched', SwitchedMs: Date.now(), Held });
  const before = await deployment.control();
  expect(await look(watchdog)).toEqual(found('waiting'));
  expect(aws.mappings.get('uuid-count')).toBe(false);
  expect(await deployment.control()).toEqual(before);
});

test('the lock is kept until the pipe is gone; an execution that nobody knows any more has stopped', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'aborted', AbortedMs: longAgoMs });
  aws.pipes.set(Pipe, 2);
  aws.executions.clear();
  expect(await look(watchdog)).toEqual(found('pipe'));
  aws.failures.set('pipes DeletePipe', { code: 'ConflictException' });
  expect(await look(watchdog)).toEqual(found('pipe'));
  aws.failures.clear();
  expect(await look(watchdog)).toEqual(found('released'));
  expect((await deployment.control()).TIMELINE).not.toHaveProperty('Lock');
});

test('one source that fails keeps no other waiting, and is told', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'aborted', AbortedMs: longAgoMs, Held });
  const other = {
    ...lock,
    Execution: 'arn:other',
    Stage: 'aborted',
    Held: [{ Consumer: 'count', Mapping: 'uuid-other' }],
  };
  const web = deployment.source;
  deployment.source = { ...web, name: 'rides' };
  await deployment.putControl('TIMELINE', {
    Version: 1,
    LastGeneration: 12,
    Ranges: {},
    Lock: { ...other, AbortedMs: longAgoMs },
  });
  aws.executions.set('arn:other', 'ABORTED');
  aws.failures.set('lambda UpdateEventSourceMapping', { code: 'ResourceInUseException' });
  await expect(look(watchdog, 'rides')).rejects.toThrow('2 sources could not be cleaned up');
  aws.failures.clear();
  expect(await look(watchdog, 'rides')).toMatchObject({
    findings: [{ source: 'web' }, { source: 'rides', outcome: 'released' }],
  });
  expect(aws.mappings.get('uuid-other')).toBe(true);
});

test('cut off before or after any of its writes, or with another one at work: in the end all is let go', async () => {
  const { deployment, watchdog } = await stopped({ Stage: 'switched', SwitchedMs: longAgoMs, Held });
  for (const fate of [refusal, 'lose-answer'] as const) {
    await deployment.putControl('TIMELINE', {
      ...{ Version: 1, LastGeneration: 12, Ranges: {} },
      Lock: { ...lock, Stage: 'switched', SwitchedMs: longAgoMs, Held },
    });
    for (let at = 0; ; at += 1) {
      let writes = 0;
      let isDead = false;
      stage.servers.proxy.decide = ({ operation }) => {
        if (isDead) return refusal;
        if (operation !== 'UpdateItem') return 'pass';
        writes += 1;
        if (writes <= at) return 'pass';
        isDead = true;
        return fate;
      };
      await look(watchdog).catch((error: Error) => expect(error.message).toMatch(/could not be cleaned up/));
      stage.servers.proxy.reset();
      if (!isDead) break;
    }
    await Promise.all([look(watchdog), look(watchdog)]);
    expect((await deployment.control()).TIMELINE).not.toHaveProperty('Lock');
    expect([...aws.mappings.values()]).toEqual([true, true]);
  }
});
