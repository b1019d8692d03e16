#!/usr/bin/env node
// How long a build takes of which nothing has changed: every task from turbo's cache.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../../packages/core/src/bench/machine.ts';
import { printReport } from '../../packages/core/src/bench/report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const limitSeconds = 1;
const rounds = process.argv.includes('--quick') ? 3 : 11;

const machine = describeMachine();
build();
const runs = Array.from({ length: rounds }, build);
const turboMs = median(runs.map((run) => run.turboMs));
const wallMs = median(runs.map((run) => run.wallMs));
const hits = runs.every(({ cached, total }) => cached === total);
const { cached, total } = runs[0];

printReport(
  {
    name: 'build',
    title: 'An unchanged build',
    machine,
    tables: [
      {
        columns: ['turbo run build', 'median'],
        rows: [
          ["turbo's own time", `${turboMs} ms`],
          ['the process, from start to exit', `${Math.round(wallMs)} ms`],
          ['tasks from the cache', `${cached} of ${total}`],
        ],
      },
    ],
    budgets: [
      {
        what: 'an unchanged build, all from the cache',
        limit: `under ${limitSeconds} s`,
        found: hits ? `${turboMs} ms` : 'not all from the cache',
        holds: hits && turboMs < limitSeconds * 1000,
      },
    ],
    remarks: [`Medians of ${rounds} runs after one that fills the cache.`],
    figures: { runs },
  },
  process.argv.includes('--json'),
);

function build() {
  const fromMs = performance.now();
  const output = execFileSync(process.execPath, [`${root}node_modules/turbo/bin/turbo`, 'run', 'build', '--no-color'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const wallMs = performance.now() - fromMs;
  const [, cached, total] = /Cached:\s+(\d+) cached, (\d+) total/.exec(output) ?? [];
  const [, amount, unit] = /Time:\s+([\d.]+)(ms|s)/.exec(output) ?? [];
  if (amount === undefined) throw new Error(`turbo printed no time:\n${output}`);
  return { cached: Number(cached), total: Number(total), turboMs: Number(amount) * (unit === 's' ? 1000 : 1), wallMs };
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
