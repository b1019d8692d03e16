/**
 * Runs a program that must not outlive the engine: `node guard.js LOCK PROGRAM ARGUMENTS...`. The engine holds this process's
 * standard input open; when it ends, in whatever way, that pipe closes and the program is ended. Runs as a process of
 * its own, since a killed engine can end nothing.
 *
 * LOCK is a file that it holds while the program runs, or empty: the program of an engine that was killed a moment ago may
 * still be at its data, and is waited for.
 */
import { spawn } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';

/** How long the program may take to end before it is killed. */
const graceMs = 5_000;
const lockMsMax = 2 * graceMs;

const [lock = '', program = '', ...args] = process.argv.slice(2);
const held = lock === '' ? undefined : hold(lock);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

function hold(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: lockMsMax });
  database.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (pid INTEGER)');
  database.exec(`INSERT INTO held VALUES (${process.pid}); DELETE FROM held`);
  return database;
}

/** A program that keeps no data has nothing to bring to an end. */
function end(): void {
  child.kill(held === undefined ? 'SIGKILL' : 'SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
}

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => {
  held?.close();
  process.exit(code ?? 1);
});
process.stdin.resume();
process.stdin.on('end', end);
process.stdin.on('error', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
