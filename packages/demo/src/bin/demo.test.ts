import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synthesize } from '../../test/assembly.ts';

const bin = fileURLToPath(new URL('demo.ts', import.meta.url));
const runMsMax = 120_000;
let assembly: string;
let windows: string;
beforeAll(async () => {
  [assembly, windows] = await Promise.all([synthesize(), synthesize('windows')]);
}, runMsMax);
afterAll(() => Promise.all([assembly, windows].map((folder) => rm(folder, { recursive: true }))));

/** The command as a process of its own, and of its own group, so that what it leaves behind can be told. */
function start(...args: string[]) {
  return startIn({}, ...args);
}

function startIn(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const argv = ['--conditions=@tidemark/source', bin, ...args];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, argv, { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env });
  const said = { out: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.error += text;
  });
  return { child, said, exit: once(child, 'exit') };
}

/** Every process that a process started, directly or not; the engine's servers have process groups of their own. */
function descendants(ancestor: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = new Map<number, number[]>();
  for (const line of table.trim().split('\n')) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    parents.set(parent, [...(parents.get(parent) ?? []), pid]);
  }
  const all: number[] = [];
  for (const queue = [ancestor]; queue.length > 0; ) {
    const children = parents.get(queue.pop() ?? 0) ?? [];
    all.push(...children);
    queue.push(...children);
  }
  return all;
}

function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

test('--json prints one object and nothing else', { timeout: runMsMax }, async () => {
  const { said, exit } = start('--assembly', assembly, '--events', '300', '--source', 'web', '--json');
  expect(await exit).toEqual([0, null]);
  expect(said.out.trimEnd().split('\n')).toHaveLength(1);
  const { seconds, ...figures } = JSON.parse(said.out);
  expect(figures).toMatchObject({ sent: 300, redelivered: 0, mismatches: 0 });
  expect(figures.counted + figures.quarantined).toBe(300);
  expect(seconds).toBeGreaterThan(0);
});

test('--json of windows', { timeout: runMsMax }, async () => {
  const { said, exit } = start(
    '--assembly',
    windows,
    '--source',
    'rides',
    '--events',
    '600',
    '--pace',
    '600',
    '--json',
  );
  expect(await exit).toEqual([0, null]);
  const { seconds, ...figures } = JSON.parse(said.out);
  expect(figures).toMatchObject({ sent: 600, redelivered: 0, mismatches: 0, late: 0 });
  expect(figures.counted + figures.quarantined).toBe(600);
  expect(figures.rows).toBeGreaterThanOrEqual(10);
});

test('--incident: an alarm, three tiers, an answer by the link, and the end of it', {
  timeout: 2 * runMsMax,
}, async () => {
  const { said, exit } = start('--incident', '--json');
  expect(await exit).toEqual([0, null]);
  expect(said.out.trimEnd().split('\n')).toHaveLength(1);
  const { verdict, alarm, messages, incident } = JSON.parse(said.out);
  expect(verdict).toBe('as expected');
  expect(alarm.map(({ to }: { to: string }) => to)).toEqual(['OK', 'ALARM', 'OK']);
  expect(messages.map(({ kind, tier }: { kind: string; tier: number }) => `${kind} ${tier}`).slice(0, 3)).toEqual([
    'page 1',
    'page 2',
    'page 3',
  ]);
  expect(incident).toMatchObject({ status: 'recovered', acknowledged: { by: 'Ada', how: 'link' } });
  expect(said.error).toMatch(/tier 1 +email to oncall@example\.org: CRITICAL/);
  expect(said.error).toMatch(/link +opened[\s\S]*acknowledges\s+nothing:\s+the\s+incident\s+is\s+open/);
});

test('Ctrl-C ends an incident, and leaves nothing running and nothing in the way', { timeout: runMsMax }, async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'tidemark-demo-'));
  const { child, said, exit } = startIn({ TMPDIR: scratch }, '--incident');
  await expect.poll(() => said.out, { timeout: runMsMax }).toMatch(/INSUFFICIENT_DATA -> OK/);
  const pid = child.pid ?? 0;
  const started = descendants(pid);
  expect(started.length).toBeGreaterThan(2);
  process.kill(-pid, 'SIGINT');
  expect(await exit).toEqual([130, null]);
  expect(said.error).toBe('Interrupted: everything that was started is stopped.\n');
  await expect.poll(() => alive(started), { timeout: 10_000 }).toEqual([]);
  expect(await readdir(scratch)).toEqual([]);
  await rm(scratch, { recursive: true });
});

test('an incident that is interrupted while it is synthesized leaves nothing in the way', {
  timeout: runMsMax,
}, async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'tidemark-demo-'));
  const { child, said, exit } = startIn({ TMPDIR: scratch }, '--incident');
  const lying = () => readdir(scratch, { recursive: true }).catch(() => []);
  const made = expect.stringMatching(/^tidemark-assembly-\w+\/tidemark-function-/);
  await expect.poll(lying, { timeout: runMsMax, interval: 5 }).toContainEqual(made);
  child.kill('SIGTERM');
  expect(await exit).toEqual([130, null]);
  expect(said.error).toBe('Interrupted: everything that was started is stopped.\n');
  expect(await readdir(scratch)).toEqual([]);
  await rm(scratch, { recursive: true });
});

test.each([
  ['starting', 'web', /creating/],
  ['counting', 'web', /counted [1-9]/],
  ['sending', 'rides', /rows [1-9]/],
])('Ctrl-C while it is %s leaves nothing running, with %s', { timeout: runMsMax }, async (phase, source, sign) => {
  const slow =
    source === 'web'
      ? ['--assembly', assembly, '--events', '100000', '--speed', '1000']
      : ['--assembly', windows, '--pace', '60'];
  const { child, said, exit } = start('--source', source, ...slow);
  await expect.poll(() => said.out, { timeout: runMsMax }).toMatch(sign);
  const pid = child.pid ?? 0;
  const started = descendants(pid);
  expect(started.length).toBeGreaterThan(phase === 'starting' ? 0 : 2);
  process.kill(-pid, 'SIGINT');
  expect(await exit).toEqual([130, null]);
  // What the end cuts off is no trouble to tell.
  expect(said.error).toBe('Interrupted: everything that was started is stopped.\n');
  await expect.poll(() => alive(started), { timeout: 10_000 }).toEqual([]);
});

test.each([
  ['rides', /Reading standard input \.\.\./],
  ['web', /sent 0/],
])('Ctrl-C does not wait for the end of standard input, with %s', { timeout: runMsMax }, async (source, sign) => {
  const { child, said, exit } = start(
    '--assembly',
    source === 'web' ? assembly : windows,
    '--source',
    source,
    '--file',
    '-',
  );
  await expect.poll(() => said.out, { timeout: runMsMax }).toMatch(sign);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect(await exit).toEqual([130, null]);
  expect(said.error).toBe('Interrupted: everything that was started is stopped.\n');
});

test.each([
  [['--rebase'], '--rebase shifts the times of a --file'],
  [['--source', 'web', '--pace', '60'], '--pace: source web has no window'],
  [['--source', 'nobody'], '--source: "nobody" is not a source'],
  [['--incident'], "option '--incident' cannot be used with option '--assembly <dir>'"],
])('what is wrong with %j is said before anything is started', { timeout: runMsMax }, async (args, error) => {
  const { said, exit } = start('--assembly', assembly, ...args);
  expect(await exit).toEqual([2, null]);
  expect(said).toEqual({ out: '', error: expect.stringContaining(error) });
});
