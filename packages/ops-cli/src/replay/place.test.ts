import type { DeployedSource, DeployedWorkflows } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import type { Execution } from '../aws/states.ts';
import { placeOfExecution } from './place.ts';

const run = '20261120T060000Z-0a1b2c3d';
const machine = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:Tidemark-dev-${name}`;
const workflows = {
  replay: machine('replay'),
  backfill: machine('backfill'),
  undo: machine('undo'),
} as DeployedWorkflows;
const sources = ['web', 'rides'].map((name) => ({ name }) as DeployedSource);
const target = { stage: 'dev', sources, workflows, endpoint: 'http://127.0.0.1:4588', client: { maxAttempts: 1 } };

/** What Step Functions knows of a run of `source`, which ran on the machine of backfills. */
function statesOf(source: string) {
  return {
    async describe(arn: string): Promise<Execution | undefined> {
      if (!arn.includes('-backfill:')) return undefined;
      return { arn, status: 'SUCCEEDED', input: JSON.stringify({ run, source }) };
    },
  };
}

test('a run without an item is of the source that its execution was started for', async () => {
  const place = await placeOfExecution(target, statesOf('rides'), undefined, run);
  expect([place.source.name, place.family]).toEqual(['rides', 'replay']);
  expect(place.execution).toBe(`arn:aws:states:us-east-1:000000000000:execution:Tidemark-dev-backfill:${run}`);
  expect((await placeOfExecution(target, statesOf('rides'), 'rides', run)).source.name).toBe('rides');
});

test('a run that the machine of prunes ran is one of its family', async () => {
  const states = {
    describe: async (arn: string): Promise<Execution | undefined> =>
      arn.includes('-prune:') ? { arn, status: 'FAILED', input: JSON.stringify({ run, source: 'web' }) } : undefined,
  };
  const withPrune = { ...target, workflows: { ...workflows, prune: machine('prune') } };
  expect(await placeOfExecution(withPrune, states, undefined, run)).toMatchObject({ family: 'prune', run });
  // A stack from before pruning has no such machine.
  await expect(placeOfExecution(target, states, undefined, run)).rejects.toThrow('tidemark --local prune list');
});

test('a run is not looked for in another source than its own', async () => {
  await expect(placeOfExecution(target, statesOf('rides'), 'web', run)).rejects.toThrow(
    `run ${run} is not of source web, but of rides`,
  );
  await expect(placeOfExecution(target, statesOf('gone'), undefined, run)).rejects.toThrow(
    `run ${run} is of source gone, which stage dev does not have`,
  );
});

test('a run that nobody knows, and a stack that has no runs', async () => {
  const none = { describe: async () => undefined };
  await expect(placeOfExecution(target, none, undefined, run)).rejects.toThrow('tidemark --local replay list');
  const { workflows: _, ...older } = target;
  await expect(placeOfExecution(older, none, undefined, run)).rejects.toThrow('deployed by an older version');
});
