import { Random } from '@tidemark/core/generate/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveLoad } from '../replay/live-load.ts';
import { replayedStack } from '../replay/readings.ts';
import { roundsOf, stepOf } from '../replay/rounds.ts';
import type { RunPosition } from '../replay/run-calls.ts';
import type { RunStrike } from '../replay/run-strikes.ts';
import type { EndedRun } from '../replay/runs.ts';
import { type Stack, startStack } from '../stack.ts';
import { liveReadings, longAgoReadings, maxSeries, prunedSource } from './pruned-source.ts';
import { PruneTrial } from './trial.ts';

/*
 * While readings keep coming, days are pruned one after the other, and some of them restored for a while; each step is struck: the calls of its function, and
 * those of the state machine. In the end everything is where it belongs, once.
 */

const dayMs = 86_400_000;
/** Readings lie on so many days: one for each round. */
const daysMax = 120;

let stack: Stack;
let trial: PruneTrial;
let load: LiveLoad;
let midnightMs: number;
/** Days that are left. */
let day = daysMax - 5;
let positions: readonly RunPosition[];

beforeAll(async () => {
  stack = await startStack({ sources: { rides: prunedSource } }, replayedStack);
  midnightMs = Math.floor(stack.engine.clock.now() / dayMs) * dayMs;
  trial = new PruneTrial(stack, 'rides', { maxSeries });
  const { world } = trial.base;
  load = new LiveLoad(trial.base, liveReadings(stack.engine, world, 1), new Random(2));
  await longAgoReadings(stack.engine, world, { seed: 3, days: daysMax }).put(400);
  await world.settled();
  await trial.freeze();
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
});

/** Prunes another day, after which what the round before has restored goes again. */
function pruneDay(): Promise<EndedRun> {
  day -= 1;
  return trial.base.run('prune', { beforeMs: midnightMs - day * dayMs });
}

/** Restores the latest days that were pruned, for as long as it takes to begin another prune. */
function restoreDays(): Promise<EndedRun> {
  const toMs = midnightMs - day * dayMs;
  return trial.base.run('prune', { from: toMs - 3 * dayMs, toMs, untilMs: stack.engine.clock.now() });
}

/** What a child of the map keeps for itself. */
const ofChild = /^stray control item PRUNING#/;

/** Written after the run has ended it stays until the next one is planned, and nobody reads it. */
function isWrittenLate(strikes: readonly RunStrike[]): boolean {
  return strikes.some(
    ({ position, name }) => name.endsWith('lands late') && / UpdateItem Control PRUNING /.test(position),
  );
}

async function expectExact(ended: EndedRun, outcome: string, strikes: readonly RunStrike[]): Promise<void> {
  const { run, status, error } = ended;
  const { Outcome } = await trial.base.item(run);
  const differences = (await trial.differences()).filter((each) => !(isWrittenLate(strikes) && ofChild.test(each)));
  const found = { strikes, status, error, Outcome, differences };
  expect(found).toEqual({ strikes, status: 'SUCCEEDED', error: undefined, Outcome: outcome, differences: [] });
}

describe('a prune and a restore under load', () => {
  it('put everything where it belongs', { timeout: 300_000 }, async () => {
    trial.base.calls.record();
    await expectExact(await load.while(pruneDay()), 'pruned', []);
    await expectExact(await load.while(restoreDays()), 'restored', []);
    await expectExact(await load.while(pruneDay()), 'pruned', []);
    positions = trial.base.calls.recorded;
    const steps = new Set(positions.map(stepOf));
    for (const step of ['prepare', 'counted', 'plan', 'series', 'restore', 'open', 'finish']) {
      expect(steps).toContain(step);
      expect(steps).toContain(`machine: ${step}`);
    }
  });

  it('do so when they are struck at every step', { timeout: 7_200_000 }, async () => {
    const struck = new Set<string>();
    const rounds = roundsOf(positions);
    // In the ordinary tests half as many as of a replay: each strikes a prune and a restore.
    for (const strikes of rounds.slice(0, rounds.length > 4 ? rounds.length : 2)) {
      const installed = strikes.map((strike) =>
        trial.base.strikes.install(strike, (call) => trial.base.calls.positionOf(call) === strike.position),
      );
      const pruned = await load.while(pruneDay());
      await trial.base.strikes.land();
      await expectExact(pruned, 'pruned', strikes);
      const restored = await load.while(restoreDays());
      await trial.base.strikes.land();
      for (const each of installed) each.remove();
      await expectExact(restored, 'restored', strikes);
      for (const { hasStruck, position } of installed) if (hasStruck) struck.add(stepOf(position));
    }
    expect([...new Set(positions.map(stepOf))].filter((step) => !struck.has(step) && step !== 'watchdog')).toEqual([]);
    // What the last has restored goes again.
    await expectExact(await trial.base.run('prune', { beforeMs: midnightMs - day * dayMs }), 'pruned', []);
    expect((await trial.pruned()).restored).toEqual({});
  });
});
