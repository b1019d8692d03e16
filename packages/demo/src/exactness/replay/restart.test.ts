import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startAssembly, synthesize } from '../stack.ts';
import { Readings, replayedSource, replayedStack } from './readings.ts';
import { someOf } from './rounds.ts';
import type { StartedRun } from './runs.ts';
import { Trial } from './trial.ts';

/*
 * An engine that keeps its data is stopped in the middle of a replay, and started again: the execution is gone, the watchdog lets go of what it held, and the
 * next replay works.
 */

let folder: string;
let assembly: string;
let stack: Stack;
let trial: Trial;
let readings: Readings;

async function start(startMs: number, before: Trial | undefined): Promise<void> {
  const sent = await before?.world.sent();
  before?.close();
  await stack?.stop();
  stack = await startAssembly(assembly, startMs, { ...replayedStack, persist: join(folder, 'data') });
  trial = new Trial(stack, 'rides', { seed: startMs % 1000, before: sent ?? [] });
  readings = new Readings(stack.engine, trial.world, { seed: startMs % 1000, prefix: `since ${startMs}` });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-exactness-'));
  assembly = await synthesize({ sources: { rides: replayedSource } }, folder);
  await start(Math.floor(Date.now() / 86_400_000) * 86_400_000 + 21_600_000, undefined);
  await readings.put(60);
  await trial.world.settled();
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves when the execution comes to the state, in which it then is. */
async function until(started: StartedRun, state: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ended = trial.runs.ended(started).then((end) => reject(new Error(`ended: ${JSON.stringify(end)}`)));
  trial.hurry.onStep = async (entered) => {
    if (entered === state) resolve();
  };
  await trial.hurry.while(started.executionArn, Promise.race([promise, ended]));
}

const places = [
  { state: 'Drain live counting', outcome: 'cancelled' },
  { state: 'Wait for the pipe to run', outcome: 'cancelled' },
  { state: 'Wait for memories and late calls', outcome: 'switched' },
] as const;

describe('an engine that is stopped in the middle of a replay', () => {
  it.each(someOf(places, 2))(
    'at “$state” lets go of it when it is started again',
    { timeout: 300_000 },
    async (place) => {
      const started = await trial.start('replay', { from: 'trim-horizon', force: true });
      await until(started, place.state);
      await readings.put(10);
      await start(stack.engine.clock.now(), trial);
      expect(await trial.runs.describe(started)).toMatchObject({ status: 'ABORTED' });
      expect(await trial.timeline()).toMatchObject({ Lock: { Run: started.run } });
      await trial.released();
      expect(await trial.item(started.run)).toMatchObject({ Outcome: place.outcome });
      await readings.put(10);
      expect([...(await trial.remains()), ...(await counted())]).toEqual([]);
      const next = await trial.run('replay', { from: 'trim-horizon', force: true });
      expect(next).toMatchObject({ status: 'SUCCEEDED' });
      expect([...(await trial.remains()), ...(await counted())]).toEqual([]);
    },
  );
});

async function counted() {
  await trial.world.settled();
  return trial.world.differences();
}
