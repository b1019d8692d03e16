import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('./simulate.ts', import.meta.url));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

describe('simulate', () => {
  test('says that schedules hold', () => {
    const { status, stdout, stderr } = run('--schedules', '20', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schedules: 20, off: [], failed: null });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('finds a schedule that fails without a rule, and replays it', () => {
    const found = run('--off', 'fenceOnPartials', '--json');
    const { failed } = JSON.parse(found.stdout) as {
      failed: { seed: number; broken: { invariant: string; detail: string }[] };
    };
    expect(found.status).toBe(1);
    const replayed = run('--seed', String(failed.seed), '--off', 'fenceOnPartials');
    expect(replayed.status).toBe(1);
    expect(replayed.stdout.trimEnd().split('\n').slice(-failed.broken.length)).toEqual(
      failed.broken.map(({ invariant, detail }) => `${invariant} is broken: ${detail}`),
    );
  });

  test('simulates windows as well', () => {
    const { status, stdout } = run('windows', '--schedules', '20', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schedules: 20, off: [], failed: null });
    expect(status).toBe(0);
    const found = run('windows', '--off', 'straddleNotSkipped');
    expect(found).toMatchObject({ status: 1, stdout: expect.stringContaining('simulate windows --seed') });
    expect(run('windows', '--rules')).toMatchObject({ stdout: expect.stringContaining('straddleNotAddedWhole') });
  });

  test('simulates replays as well', () => {
    const { status, stdout } = run('replays', '--schedules', '20', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schedules: 20, off: [], failed: null });
    expect(status).toBe(0);
    const found = run('replays', '--off', 'missingIsLost');
    expect(found).toMatchObject({ status: 1, stdout: expect.stringContaining('simulate replays --seed') });
    expect(run('replays', '--rules')).toMatchObject({ stdout: expect.stringContaining('abortWinsFirst') });
  });

  test('simulates incidents as well, and tries every order', () => {
    const { status, stdout } = run('incidents', '--schedules', '20', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schedules: 20, off: [], failed: null });
    expect(status).toBe(0);
    const found = run('incidents', '--off', 'newerOnly');
    expect(found).toMatchObject({ status: 1, stdout: expect.stringContaining('simulate incidents --seed') });
    const orders = run('incidents', '--every-order', '3', '--json');
    expect(JSON.parse(orders.stdout)).toMatchObject({
      depth: 3,
      starts: [{ start: 'nothing yet' }, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}],
    });
    expect(orders.status).toBe(0);
  });

  test('says what it can do', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--each-rule') });
    expect(run('--rules')).toMatchObject({ status: 0, stdout: expect.stringContaining('checkpointLast') });
  });

  test.each([
    [['--off', 'nothing'], 'there is no rule "nothing"'],
    [['--schedules', '-1'], '--schedules'],
    [['--schedules', 'many'], '"many" is not a whole number'],
    [['--fast'], '--fast'],
    [['minutes'], '"minutes" is no subject; expected counting, windows, replays or incidents'],
    [['--every-order', '3'], 'counting has too many orders'],
    [['windows', '--off', 'comparableSequences'], 'there is no rule "comparableSequences"'],
  ])('refuses %j', (args, message) => {
    expect(run(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });
});
