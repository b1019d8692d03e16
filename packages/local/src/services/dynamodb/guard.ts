/**
 * Runs a program that must not outlive the engine: `node guard.js PROGRAM ARGUMENTS...`. The engine holds this process's
 * standard input open; when it ends, in whatever way, that pipe closes and the program is ended. Runs as a process of
 * its own, since a killed engine can end nothing.
 */
import { spawn } from 'node:child_process';

/** How long the program may take to end before it is killed. */
const graceMs = 5_000;

const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

function end(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
}

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));
process.stdin.resume();
process.stdin.on('end', end);
process.stdin.on('error', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
