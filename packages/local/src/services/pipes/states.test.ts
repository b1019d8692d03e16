import { DeletePipeCommand, StartPipeCommand, StopPipeCommand, UpdatePipeCommand } from '@aws-sdk/client-pipes';
import { expect, it } from 'vitest';
import { quiet, until } from '../../../test/kinesis-mapping.ts';
import { noDelays, pipedStack, pipeName, roleArnOf } from '../../../test/piped-stack.ts';
import { EngineClock } from '../../clock.ts';

const Name = pipeName;
const standing = () => new EngineClock({ startMs: Date.parse('2026-11-20T09:00:00Z'), factor: 0 });

it('passes through its states in engine time, and reads on in those that end it', async () => {
  const clock = standing();
  const pipeDelays = { transitionMs: 1_000, pollMs: 60_000, deleteMs: 5_000, readIntervalMs: 0 };
  const { engine, pipes, create, describe, put, texts } = await pipedStack({ clock, pipeDelays });
  await put('1');
  await create();
  const state = async () => (await describe()).CurrentState;
  const pass = async (ms: number) => {
    clock.advance(ms);
    await quiet();
  };
  await pass(999);
  expect(await state()).toBe('CREATING');
  await pass(1);
  expect(await state()).toBe('RUNNING');
  await pass(59_999);
  expect(texts()).toEqual([]);
  clock.advance(1);
  await until(() => texts().length === 1);

  await pipes.send(new StopPipeCommand({ Name }));
  await put('2');
  await until(() => texts().length === 2);
  expect(await state()).toBe('STOPPING');
  await pass(1_000);
  expect(await state()).toBe('STOPPED');
  await put('3');
  await pipes.send(new StartPipeCommand({ Name }));
  expect(await state()).toBe('STARTING');
  await pass(1_000);
  expect(await state()).toBe('RUNNING');
  clock.advance(60_000);
  await until(() => texts().length === 3);

  await pipes.send(new DeletePipeCommand({ Name }));
  await put('4');
  await until(() => texts().length === 4);
  expect(await state()).toBe('DELETING');
  await pass(5_000);
  await expect(describe()).rejects.toMatchObject({ name: 'NotFoundException' });
  expect(texts()).toEqual([['1'], ['2'], ['3'], ['4']]);
  expect(engine.pipes.list()).toEqual([]);
});

it('is stopped when the delivery that runs has ended', async () => {
  const body = 'await new Promise((done) => setTimeout(done, 300)); appendFileSync(process.env.OUT + ".done", "x");';
  const { engine, pipes, create, put, calls, describe } = await pipedStack({ body });
  await put('1');
  await create();
  await until(() => calls().length === 1);
  await pipes.send(new StopPipeCommand({ Name }));
  await put('2');
  await engine.pipes.get(Name)?.settled();
  expect(await describe()).toMatchObject({ CurrentState: 'STOPPED' });
  expect(engine.host.running).toBe(0);
  expect(calls()).toHaveLength(1);
});

it('is created stopped where that is wanted, and begins nothing', async () => {
  const { engine, create, describe, put, texts, pipes } = await pipedStack();
  await put('1');
  await create({ DesiredState: 'STOPPED' });
  await engine.idle();
  expect(await describe()).toMatchObject({ DesiredState: 'STOPPED', CurrentState: 'STOPPED' });
  await quiet();
  expect(texts()).toEqual([]);
  await pipes.send(new StartPipeCommand({ Name }));
  await engine.idle();
  expect(texts()).toEqual([['1']]);
});

it('is in conflict with what its state does not allow, and with another of its name', async () => {
  const clock = standing();
  const { pipes, create } = await pipedStack({ clock, pipeDelays: { ...noDelays, transitionMs: 1_000 } });
  const conflict = { name: 'ConflictException', resourceId: Name, resourceType: 'pipe' };
  const refused = async (call: Promise<unknown>) =>
    expect(call).rejects.toMatchObject({ ...conflict, $metadata: { httpStatusCode: 409 } });
  const start = () => pipes.send(new StartPipeCommand({ Name }));
  const stop = () => pipes.send(new StopPipeCommand({ Name }));
  const update = () => pipes.send(new UpdatePipeCommand({ Name, RoleArn: roleArnOf('piping') }));
  const remove = () => pipes.send(new DeletePipeCommand({ Name }));
  const pass = async () => {
    clock.advance(1_000);
    await quiet();
  };
  await create();
  for (const call of [create, start, stop, update, remove]) await refused(call());
  await pass();
  for (const call of [create, start]) await refused(call());
  await stop();
  for (const call of [create, start, stop, update, remove]) await refused(call());
  await pass();
  for (const call of [create, stop]) await refused(call());
  await update();
  for (const call of [start, stop, update, remove]) await refused(call());
  await pass();
  await remove();
  const missing = { name: 'NotFoundException' };
  for (const call of [start, stop, update, remove]) await expect(call()).rejects.toMatchObject(missing);
});

it('at LATEST misses what came before it began to read', async () => {
  const clock = standing();
  const { create, put, texts } = await pipedStack({ clock, pipeDelays: { ...noDelays, pollMs: 60_000 } });
  await create({ SourceParameters: { KinesisStreamParameters: { StartingPosition: 'LATEST' } } });
  await quiet();
  await put('missed');
  clock.advance(60_000);
  await quiet();
  await put('seen');
  await until(() => texts().length > 0);
  expect(texts()).toEqual([['seen']]);
});

it('at a time begins with what arrived then', async () => {
  const clock = standing();
  const { create, put, texts } = await pipedStack({ clock });
  await put('before');
  clock.advance(60_000);
  await put('then');
  const StartingPositionTimestamp = new Date(clock.now());
  const parameters = { StartingPosition: 'AT_TIMESTAMP' as const, StartingPositionTimestamp };
  await create({ SourceParameters: { KinesisStreamParameters: parameters } });
  await until(() => texts().length > 0);
  expect(texts()).toEqual([['then']]);
});
