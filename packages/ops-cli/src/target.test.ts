import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { chooseSource, requirePruneMachine, requireWorkflows, type Target } from './target.ts';

const source = (name: string, more: Partial<DeployedSource>) =>
  ({ name, buckets: [], ...more }) as unknown as DeployedSource;
const web = source('web', { buckets: ['1m'] });
const rides = source('rides', { window: { seconds: 60, function: 'window-rides' } });
const target: Target = { stage: 'dev', client: { maxAttempts: 1 }, sources: [web, rides], nowMs: async () => 0 };
const hasWindow = ({ window }: DeployedSource) => window !== undefined;

test.each([
  ['the first', undefined, undefined, 'web'],
  ['the first that has what is needed', undefined, hasWindow, 'rides'],
  ['the one that is named, whatever it has', 'web', hasWindow, 'web'],
  ['the first where none has what is needed', undefined, () => false, 'web'],
])('chooses %s', (_, name, isFit, chosen) => {
  expect(chooseSource(target, name, isFit).name).toBe(chosen);
});

test('lists the sources there are', () => {
  expect(() => chooseSource(target, 'nobody')).toThrow(
    '--source: "nobody" is not a source of stage dev; expected one of: web, rides',
  );
});

test('a stack from before there was what a command needs is to be deployed again', () => {
  const replays = { ...target, workflows: { replay: 'r', backfill: 'b', undo: 'u', watchdog: 'w' } };
  expect(() => requireWorkflows(target)).toThrow('no state machines for replays: it was deployed by an older version');
  expect(() => requirePruneMachine(target)).toThrow(
    'no state machine that prunes: it was deployed by an older version',
  );
  expect(() => requirePruneMachine(replays)).toThrow('run deploy --stage dev');
  expect(requirePruneMachine({ ...replays, workflows: { ...replays.workflows, prune: 'p' } })).toBe('p');
});
