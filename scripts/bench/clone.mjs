#!/usr/bin/env node
// How long a newcomer waits for counts: a fresh clone of the last commit, then the demo, first with nothing in any package
// cache, then in a second clone with what the first has left there.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../../packages/core/src/bench/machine.ts';
import { printReport } from '../../packages/core/src/bench/report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const limitSeconds = { cold: 90, warm: 20 };

const machine = describeMachine();
const folder = mkdtempSync(join(tmpdir(), 'tidemark-clone-'));
try {
  const cold = await demoInClone('cold');
  const warm = await demoInClone('warm');
  printReport(reportOf(cold, warm), process.argv.includes('--json'));
} finally {
  rmSync(folder, { recursive: true });
}

/** Seconds until the demo's first counts are shown, and until its end. */
async function demoInClone(name) {
  const clone = join(folder, name);
  execFileSync('git', ['clone', '--quiet', root, clone], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.stderr.write(`  ${name} caches\n`);
  const fromMs = performance.now();
  const child = spawn('npx', ['-y', 'pnpm@12', 'demo'], {
    cwd: clone,
    env: environment(),
    stdio: ['ignore', 'pipe', process.stderr],
  });
  let text = '';
  let firstSeconds;
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
    if (firstSeconds === undefined && /counted [1-9]/.test(text)) firstSeconds = (performance.now() - fromMs) / 1000;
  });
  const code = await new Promise((done, failed) => child.on('close', done).on('error', failed));
  const seconds = (performance.now() - fromMs) / 1000;
  if (code !== 0 || firstSeconds === undefined)
    throw new Error(`the demo in a fresh clone ended with ${code}:\n${text}`);
  return { firstSeconds, seconds };
}

/**
 * A newcomer's: without what npm and pnpm have set for this process (pnpm tells its children, among other things, that everything is
 * installed), and with package caches that are the clone's own.
 */
function environment() {
  const foreign = (name) => /^(p?npm_|INIT_CWD$|NODE$)/i.test(name) && name !== 'npm_config_registry';
  const kept = Object.entries(process.env).filter(([name]) => !foreign(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((each) => !each.includes('node_modules'));
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(delimiter),
    npm_config_cache: join(folder, 'npm-cache'),
    pnpm_config_store_dir: join(folder, 'store'),
    pnpm_config_cache_dir: join(folder, 'pnpm-cache'),
  };
}

function reportOf(cold, warm) {
  const row = (name, { firstSeconds, seconds }) => [name, `${firstSeconds.toFixed(1)} s`, `${seconds.toFixed(1)} s`];
  const budget = (name, { firstSeconds }) => ({
    what: `from a bare clone to counts on screen, ${name} package store`,
    limit: `under ${limitSeconds[name]} s`,
    found: `${firstSeconds.toFixed(1)} s`,
    holds: firstSeconds < limitSeconds[name],
  });
  return {
    name: 'clone',
    title: 'From a bare clone to counts',
    machine,
    tables: [
      {
        columns: ['npx -y pnpm@12 demo in a fresh clone', 'first counts shown', 'compared and ended'],
        rows: [row('nothing in any package cache', cold), row('package store filled', warm)],
      },
    ],
    budgets: [budget('cold', cold), budget('warm', warm)],
    remarks: [
      'Install, build, synthesis, start of the engine and 50,000 events; the clone itself is not in it. Without a cache, npx fetches pnpm too.',
    ],
    figures: { cold, warm },
  };
}
