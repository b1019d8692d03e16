import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../stack.ts';
import { Readings, replayedSource, replayedStack } from './readings.ts';
import { someOf } from './rounds.ts';
import type { RunPosition } from './run-calls.ts';
import { installStop, type Stop, stopNames } from './stops.ts';
import { Trial } from './trial.ts';

/*
 * An execution is stopped, or cancelled, at each of its calls. Nothing of it runs any more then: the watchdog, which hears of it or looks by itself, lets live
 * counting go, removes the pipe and frees the lock. The next run finds everything as if the one before had never been, or had switched.
 */

const hourMs = 3_600_000;

let stack: Stack;
let trial: Trial;
let readings: Readings;
let positions: readonly RunPosition[];

beforeAll(async () => {
  stack = await startStack({ sources: { rides: replayedSource } }, replayedStack);
  trial = new Trial(stack, 'rides');
  readings = new Readings(stack.engine, trial.world, { seed: 1 });
  await readings.put(60);
  await trial.world.settled();
  trial.calls.record();
  const { status } = await trial.run('replay', { from: 'trim-horizon', force: true });
  expect(status).toBe('SUCCEEDED');
  positions = [...new Set(trial.calls.ofMachine)];
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
});

/** Every way at every call; what nobody hears of is every other. */
function stops(): readonly Stop[] {
  const all = positions.flatMap((position) => stopNames.map((name) => ({ position, name })));
  return someOf(
    all.map((stop, at) => ({ ...stop, isUnheard: at % 2 === 1 })),
    // Prime to the number of ways, so that each comes up.
    9,
  );
}

async function stopOne(stop: Stop): Promise<void> {
  const before = (await trial.timeline()).Ranges;
  await readings.put(5);
  const installed = installStop(trial, stop);
  const from = stack.engine.clock.now() - hourMs;
  const started = await trial.start('replay', { from, force: true });
  const { status } = await trial.end(started);
  await readings.put(5);
  await trial.released(installed.landed());
  installed.remove();
  await trial.world.settled();
  const after = (await trial.timeline()).Ranges;
  const hasSwitched = JSON.stringify(after) !== JSON.stringify(before);
  const found = {
    stop,
    hasStruck: installed.hasStruck,
    status,
    Outcome: await trial.item(started.run).then(
      ({ Outcome }) => Outcome,
      () => 'none',
    ),
    differences: [...(await trial.remains()), ...(await trial.world.differences())],
  };
  const Outcome = hasSwitched ? 'switched' : found.Outcome === 'none' ? 'none' : 'cancelled';
  const wanted = { status: installed.isRefused ? 'SUCCEEDED' : 'ABORTED', Outcome };
  expect(found).toEqual({ stop, hasStruck: true, ...wanted, differences: [] });
  // Only before its first write a run is not known to anybody.
  if (found.Outcome === 'none') expect(stop.position).toBe('machine: prepare');
}

describe('a replay that is stopped', () => {
  it('leaves nothing behind, wherever it is', { timeout: 7_200_000 }, async () => {
    const all = stops();
    expect(new Set(all.map(({ name }) => name))).toEqual(new Set(stopNames));
    for (const stop of all) await stopOne(stop);
    const last = await trial.run('replay', { from: 'trim-horizon', force: true });
    expect(last).toMatchObject({ status: 'SUCCEEDED' });
    expect([...(await trial.remains()), ...(await trial.world.differences())]).toEqual([]);
  });
});
