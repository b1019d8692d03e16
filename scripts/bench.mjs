#!/usr/bin/env node
// Runs the benchmarks one after the other and shows what they found. Nothing here fails for being slow: a budget that is
// missed is said to be, and the exit code tells only whether everything ran.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownReport, renderReport } from '../packages/core/src/bench/report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = 'docs/reference/benchmarks.md';
const sources = '--conditions=@tidemark/source';

/** What each runs: each prints a report as JSON. Those that need `network` run only when they are named. */
const benchmarks = {
  counting: { what: 'counting per core', in: 'packages/core', args: ['src/bench/counting.ts'] },
  folding: { what: 'folding readings into windows per core', in: 'packages/core', args: ['src/bench/folding.ts'] },
  bundles: { what: 'bundle sizes and cold imports', in: 'packages/handlers', args: [sources, 'bench/bench.ts'] },
  build: { what: 'an unchanged build', in: '.', args: ['scripts/bench/build.mjs'] },
  kinesis: { what: "the engine's Kinesis server", in: 'packages/local', args: [sources, 'bench/kinesis.ts'] },
  throughput: { what: 'events a second end to end', in: 'packages/demo', args: [sources, 'bench/throughput.ts'] },
  cost: { what: 'units, calls, bytes and dollars', in: 'packages/demo', args: [sources, 'bench/cost.ts'] },
  windows: { what: 'what windows cost beside counters', in: 'packages/demo', args: [sources, 'bench/windows.ts'] },
  replay: { what: 'replays: speed, history, cost, hold', in: 'packages/demo', args: [sources, 'bench/replay.ts'] },
  prune: { what: 'prunes: speed, cost, memory, budget', in: 'packages/demo', args: [sources, 'bench/prune.ts'] },
  incidents: { what: 'ten thousand alarms at once', in: 'packages/demo', args: [sources, 'bench/incidents.ts'] },
  clone: { what: 'from a bare clone to counts', in: '.', args: ['scripts/bench/clone.mjs'], network: true },
};

const usage = `Usage: npx -y pnpm@12 bench [NAME ...] [options]

Runs the named benchmarks, or all that need no network:
${Object.entries(benchmarks)
  .map(
    ([name, { what, network }]) =>
      `  ${name.padEnd(11)} ${what}${network ? ' (installs from the network; only when named)' : ''}`,
  )
  .join('\n')}

  --quick     fewer rounds and events: to see that all works, not to be quoted
  --json      one JSON object on standard output: { benchmarks: { NAME: report } }
  --markdown  tables to paste
  --write     put the tables into ${page}
  --help

Other programs that run meanwhile change the figures; each report says how loaded the machine was when it began.
Exit codes: 0 everything ran, 1 something failed, 2 called wrongly.
`;

const { names, options } = readArguments();
if (options.help) {
  process.stdout.write(usage);
} else {
  const reports = await runAll(names);
  show(reports);
  if (Object.keys(reports).length < names.length) process.exitCode = 1;
}

function readArguments() {
  const flag = { type: 'boolean', default: false };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: flag, json: flag, markdown: flag, write: flag, help: { ...flag, short: 'h' } },
    });
    const unknown = positionals.filter((name) => !Object.hasOwn(benchmarks, name));
    if (unknown.length > 0)
      throw new Error(`${unknown.join(', ')}: expected names among ${Object.keys(benchmarks).join(', ')}`);
    const all = Object.keys(benchmarks).filter((name) => !benchmarks[name].network);
    return { names: positionals.length > 0 ? [...new Set(positionals)] : all, options: values };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Reports by name, of those that ran through. */
async function runAll(names) {
  process.stderr.write('building ...\n');
  const built = await run('.', ['node_modules/turbo/bin/turbo', 'run', 'build', '--output-logs=errors-only'], 'stderr');
  if (built.code !== 0) process.exit(1);
  const reports = {};
  for (const [index, name] of names.entries()) {
    process.stderr.write(`${name} (${index + 1} of ${names.length}) ...\n`);
    const { in: folder, args } = benchmarks[name];
    const { code, output } = await run(folder, [...args, '--json', ...(options.quick ? ['--quick'] : [])], 'stdout');
    if (code === 0) reports[name] = JSON.parse(output);
    else process.stderr.write(`${name} failed with exit code ${code}\n`);
  }
  return reports;
}

/** Runs Node with `args`. Standard output is kept, or goes where errors go. */
function run(folder, args, output) {
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL(folder, new URL('../', import.meta.url))),
    stdio: ['ignore', output === 'stdout' ? 'pipe' : process.stderr, process.stderr],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  return new Promise((done) => {
    child.on('error', (error) => done({ code: 1, output: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, output: text }));
  });
}

function show(reports) {
  if (options.write) writePage(reports);
  if (options.json) process.stdout.write(`${JSON.stringify({ benchmarks: reports })}\n`);
  else if (options.markdown) {
    process.stdout.write(
      Object.values(reports)
        .map((report) => `## ${report.title}\n\n${markdownReport(report)}`)
        .join('\n'),
    );
  } else process.stdout.write(Object.values(reports).map(renderReport).join('\n\n'));
}

/** Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. */
function writePage(reports) {
  const path = `${root}${page}`;
  let text = readFileSync(path, 'utf8');
  for (const [name, report] of Object.entries(reports)) {
    const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`${page} has no place for ${name}: expected ${begin} ... ${end}`);
    text = `${text.slice(0, from + begin.length)}\n\n${markdownReport(report)}\n${text.slice(to)}`;
  }
  writeFileSync(path, text);
  process.stderr.write(`written: ${page}\n`);
}
