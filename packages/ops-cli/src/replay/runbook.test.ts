import { globSync, readFileSync } from 'node:fs';
import { pruneErrors } from '@tidemark/core/prune/steps';
import { stepErrors } from '@tidemark/core/replay/step-errors';
import { expect, test } from 'vitest';
import { headingOf } from './ending.ts';

const sources = new URL('../', import.meta.url);
const runbook = readFileSync(new URL('../../../../docs/operating/runbook.md', import.meta.url), 'utf8');
const headings = runbook.split('\n').flatMap((line) => (line.startsWith('## ') ? [line.slice(3)] : []));

/** Headings that the command line names word for word. */
function namedHeadings(): string[] {
  const files = globSync('**/*.ts', { cwd: sources }).filter((file) => !file.endsWith('.test.ts'));
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, sources), 'utf8').matchAll(/runbook\.md, "([^"$]+)"/g)].map(([, name = '']) => name),
  );
}

test.each([
  ...stepErrors,
  'NoSuchSource',
  'PipeFailed: CREATE_FAILED',
  'HeldTooLong: The pipe is STOPPING',
  'execution stopped: ABORTED',
  'States.Timeout: late',
])('the runbook has the heading for %s', (error) => expect(headings).toContain(headingOf(error, 'replay')));

test.each([...pruneErrors, 'execution stopped: ABORTED', 'States.Timeout: late'])(
  'the runbook has the heading for %s of a prune',
  (error) => expect(headings).toContain(headingOf(error, 'prune')),
);

test('the runbook has every heading that is named word for word', () => {
  const named = namedHeadings();
  expect(named).toContain('Replay: the lock is not released');
  expect(headings).toEqual(expect.arrayContaining(named));
});
