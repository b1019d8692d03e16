import { Random } from '@tidemark/core/generate/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../stack.ts';
import { LiveLoad } from './live-load.ts';
import { Readings, replayedSource, replayedStack } from './readings.ts';
import { roundsOf, stepOf } from './rounds.ts';
import type { RunPosition } from './run-calls.ts';
import { Trial } from './trial.ts';

/*
 * While a replay goes on, readings keep coming, shards are split and merged, mappings and the pipe deliver what they may, and each step is struck: the
 * calls of its function, and those of the state machine. In the end everything is counted as it was sent, and nothing is left behind.
 */

const hourMs = 3_600_000;

let stack: Stack;
let trial: Trial;
let load: LiveLoad;
let positions: readonly RunPosition[];

beforeAll(async () => {
  stack = await startStack({ sources: { rides: replayedSource } }, replayedStack);
  trial = new Trial(stack, 'rides');
  const readings = new Readings(stack.engine, trial.world, { seed: 1 });
  load = new LiveLoad(trial, readings, new Random(2));
  await readings.put(60);
  await trial.world.settled();
}, 600_000);

afterAll(async () => {
  trial?.close();
  await stack?.stop();
});

/** Every state that calls something, but for those that a run without trouble does not come to. */
const states = [
  ...[
    'Prepare',
    'Make the pipe',
    'Does the pipe run',
    'Has the recount begun',
    'Is the recount near the tip',
    'Compare',
  ],
  ...['Look at the mappings: each', 'Note the hold', 'Disable the mapping', 'Is it disabled'],
  ...[
    'Note where live counting stands',
    'Has the recount passed live counting',
    'Stop the pipe',
    'Has the pipe stopped',
  ],
  ...['Switch', 'Enable the mapping', 'Let go', 'Delete the pipe', 'Is the pipe gone', 'Correct the metrics', 'Finish'],
];

describe('a replay under load', () => {
  it('leaves every count exact', { timeout: 300_000 }, async () => {
    trial.calls.record();
    const started = await trial.start('replay', { from: 'trim-horizon', force: true });
    const ended = await load.while(trial.end(started));
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    positions = trial.calls.recorded;
    const calls = await trial.runs.calls(started);
    expect([...new Set(calls.map(({ state }) => state))]).toEqual(states);
    // Every call of every state was seen: what is struck below is all that there is.
    expect(trial.calls.ofMachine).toHaveLength(calls.length);
    expect(await trial.differences()).toEqual([]);
  });

  it('leaves every count exact when it is struck at every step', { timeout: 7_200_000 }, async () => {
    const struck = new Set<string>();
    const open = (await trial.world.openShards()).map(({ ShardId }) => ShardId);
    for (const [round, strikes] of roundsOf(positions).entries()) {
      const installed = strikes.map((strike) =>
        trial.strikes.install(strike, (call) => trial.calls.positionOf(call) === strike.position),
      );
      const from = round % 4 === 0 ? 'trim-horizon' : stack.engine.clock.now() - hourMs / 2;
      const { run, status, error } = await load.while(trial.run('replay', { from, force: true }));
      await trial.strikes.land();
      for (const each of installed) each.remove();
      const { Outcome } = await trial.item(run);
      const differences = await trial.differences();
      expect({ strikes, status, error, Outcome, differences }).toEqual({
        ...{ strikes, status: 'SUCCEEDED', error: undefined, Outcome: 'switched', differences: [] },
      });
      for (const { hasStruck, position } of installed) if (hasStruck) struck.add(stepOf(position));
    }
    // The stream was resharded all along.
    expect((await trial.world.openShards()).map(({ ShardId }) => ShardId)).not.toEqual(open);
    expect([...new Set(positions.map(stepOf))].filter((step) => !struck.has(step) && step !== 'watchdog')).toEqual([]);
  });
});
