#!/usr/bin/env node
// Builds what a command needs (a cache hit when nothing changed), then runs it in this process, so that its output,
// signals and exit code are its own. Plain JavaScript: it is what runs before anything is built.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each command runs, and the turbo tasks that it needs first. */
const commands = {
  demo: { entry: 'packages/demo/dist/bin/demo.js', tasks: ['build', 'synth'], packages: ['demo', 'infra'] },
  local: { entry: 'packages/local/dist/bin/local.js', tasks: ['build', 'synth'], packages: ['local', 'infra'] },
  tidemark: { entry: 'packages/ops-cli/dist/bin/tidemark.js', tasks: ['build'], packages: ['ops-cli'] },
  synth: { entry: 'packages/infra/dist/bin/written.js', tasks: ['synth'], packages: ['infra'] },
};

const nodeMajorMin = 24;
const nodeMajor = Number(process.versions.node.split('.')[0]);
if (nodeMajor < nodeMajorMin) {
  fail(
    `Node ${process.versions.node} runs this script; expected ${nodeMajorMin} or later, which the install brings along. Run it as: npx -y pnpm@12 ${process.argv[2] ?? 'demo'}`,
  );
}

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  fail(`${JSON.stringify(name)} is not a command of this script; expected one of ${Object.keys(commands).join(', ')}`);
}

// pnpm passes a leading `--` through.
if (args[0] === '--') args.shift();

await build(command);
const entry = resolve(root, command.entry);
process.argv = [process.argv[0], entry, ...args];
await import(pathToFileURL(entry).href);

/** Runs turbo with its output held back: standard output belongs to the command. Shown on standard error when it fails. */
async function build({ tasks, packages }) {
  const filters = packages.map((each) => `--filter=@tidemark/${each}`);
  const turbo = resolve(root, 'node_modules/turbo/bin/turbo');
  const child = spawn(
    process.execPath,
    [turbo, 'run', ...tasks, ...filters, '--output-logs=errors-only', '--no-color'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...configuration(), TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const stopNotice = noticeAfter(1_000, 'Building (only what changed is built again) ...');
  const code = await new Promise((done) => {
    child.on('error', (error) => {
      output += `${error.message}\n`;
      done(1);
    });
    child.on('exit', (exitCode, signal) => done(signal === null ? exitCode : 130));
  });
  stopNotice();
  if (code === 0) return;
  process.stderr.write(output);
  process.exit(code ?? 1);
}

/**
 * Another configuration than the one at the root: its path from where the command was called, and a digest of what it holds, so
 * that a change in it is no cache hit. (turbo knows the files of the repository alone.)
 */
function configuration() {
  const { INIT_CWD = root, TIDEMARK_CONFIG } = process.env;
  if (!TIDEMARK_CONFIG) return {};
  const path = resolve(INIT_CWD, TIDEMARK_CONFIG);
  const digest = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'absent';
  return { TIDEMARK_CONFIG: path, TIDEMARK_CONFIG_DIGEST: digest };
}

function noticeAfter(ms, text) {
  if (!process.stderr.isTTY) return () => {};
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    process.stderr.write(text);
  }, ms);
  return () => {
    clearTimeout(timer);
    if (shown) process.stderr.write('\r\x1b[2K');
  };
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
